"""Calls in a stream of tokens: their names and what is known of their arguments."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from interposer_argv.scripts.code_tokens import Part, Token
from interposer_argv.scripts.tape import Tape, joined, refuse
from interposer_shell.word import Unknown, Word

_LINKS: Final = frozenset({".", "::", "->", ":", "?."})
_STOPS: Final = frozenset({";", "}", ")", "]", "{"})
_AFTER: Final = frozenset({"if", "unless", "or", "and", "while", "do", "for", "foreach", "end", "then"})
_PARTS: Final = 40
_LENGTH: Final = 8000
_BARE: Final = 1000


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    Attributes:
        name: dotted, links as `.`; the name of what `require` brought stands for it.
        args: first and last token (exclusive) of each argument.
        at: index of the token that ends the name.
    """

    name: str
    args: tuple[tuple[int, int], ...]
    at: int


@dataclass(slots=True)
class Source:
    """A program: its text, tokens, and what is known of its variables.

    Attributes:
        joins: operators that join strings.
        bare: calls may stand without parentheses (ruby, perl).
        aliases: local names of modules and functions (`cp` for `child_process`).
    """

    script: Tape
    stream: list[Token]
    joins: frozenset[str]
    bare: bool = False
    aliases: dict[str, str] = field(default_factory=dict)
    values: dict[str, tuple[int, int]] = field(default_factory=dict)
    known: dict[str, tuple[Part, ...]] = field(default_factory=dict)

    def learn(self) -> None:
        """Find the variables that are assigned exactly once."""
        times: dict[str, int] = {}
        for at, token in enumerate(self.stream):
            if token.kind != "name" or self.stream[at + 1].kind != "op":
                continue
            if self.stream[at + 1].text in {"=", "<-", "+=", ".=", "++"} and (
                not at or self.stream[at - 1].text not in _LINKS
            ):
                times[token.text] = times.get(token.text, 0) + (1 if self.stream[at + 1].text in {"=", "<-"} else 2)
                self.values[token.text] = (at + 2, self.statement_end(at + 2))
        for name, count in times.items():
            if count > 1:
                self.values.pop(name, None)

    def statement_end(self, at: int, stops: str = ";,)}]") -> int:
        """Index behind the expression that begins at `at`."""
        while (token := self.stream[at]).kind != "end":
            if token.kind == "line" or (token.kind == "op" and token.text in stops):
                break
            at = token.mate + 1 if token.mate > at else at + 1
        return at

    def calls(self, wanted: Callable[[str], bool]) -> Iterator[Call]:
        """Every call, in order; only those whose name is `wanted` carry their arguments.

        Raises:
            GrammarError: a call without parentheses has more than a thousand tokens.
        """
        for at, token in enumerate(self.stream):
            if token.kind != "name":
                continue
            follower = self.stream[at + 1]
            parens = follower.kind == "op" and follower.text == "("
            bare = self.bare and (follower.kind in {"string", "name", "command"} or follower.text in {"[", "{"})
            if not parens and not bare:
                continue
            name = self.name(at)
            if not wanted(name):
                yield Call(name, (), at)
            else:
                start, stop = (at + 2, follower.mate) if parens else (at + 1, self._bare_end(at + 1))
                yield Call(name, tuple(self.split(start, stop)), at)

    def _bare_end(self, at: int) -> int:
        start = at
        while (token := self.stream[at]).kind not in {"end", "line"}:
            if (token.kind == "op" and token.text in _STOPS) or (token.kind == "name" and token.text in _AFTER):
                break
            at = token.mate + 1 if token.mate > at else at + 1
            if at - start > _BARE and token.mate < start:
                raise refuse("code: a call without parentheses is too long")
        return at

    def split(self, start: int, stop: int) -> Iterator[tuple[int, int]]:
        """The parts of `start` to `stop` that commas part."""
        first = at = start
        while at < stop:
            token = self.stream[at]
            if token.kind == "op" and token.text == ",":
                yield first, at
                first = at + 1
            at = token.mate + 1 if token.mate > at else at + 1
        if first < stop:
            yield first, stop

    def name(self, at: int) -> str:
        """The dotted name that ends at `at`."""
        names = [self.stream[at].text]
        while at >= 2 and self.stream[at - 1].kind == "op" and self.stream[at - 1].text in _LINKS and len(names) < 8:  # noqa: PLR2004 - a chain of calls is no longer
            before = self.stream[at - 2]
            if before.kind == "name":
                names.append(before.text)
                at -= 2
            elif before.text in {")", "]"} and 0 < before.mate < at:
                called = self.stream[before.mate - 1]
                names.append(self._required(before.mate) or (called.text + "()" if called.kind == "name" else "()"))
                at = before.mate - 1 if called.kind == "name" else before.mate
                if "()" not in names[-1] and called.kind == "name":
                    break
            else:
                break
        head = names.pop()
        return ".".join([self.aliases.get(head, head), *reversed(names)])

    def _required(self, opening: int) -> str:
        """The module of `require("m")` or `import("m")` whose bracket stands at `opening`."""
        if opening and self.stream[opening - 1].text in {"require", "import", "_load", "getBuiltinModule"}:
            return (self.word(opening + 1, self.stream[opening].mate).text or "").removeprefix("node:")
        return ""

    def word(self, start: int, stop: int, depth: int = 0) -> Word:
        """The text of an expression; one unknown piece where it is not a concatenation of literals and variables."""
        parts: list[Part] = []
        at = start
        expect = True
        while at < stop:
            token = self.stream[at]
            if not expect and token.kind == "op" and token.text in self.joins:
                expect = True
            elif expect and (found := self._operand(at, stop, depth)) is not None:
                parts.extend(found)
                expect = False
                at = max(at, token.mate)
            else:
                return Word((self._unknown(start, stop),), self.script.span)
            at += 1
        return Word(joined(parts), self.script.span)

    def _operand(self, at: int, stop: int, depth: int) -> tuple[Part, ...] | None:
        token = self.stream[at]
        match token.kind:
            case "string":
                return token.parts
            case "number":
                return (token.text,)
            case "name" if at + 1 >= stop or (
                self.stream[at + 1].kind == "op" and self.stream[at + 1].text in self.joins
            ):
                return self._held(token.text, at, depth)
            case "op" if token.text == "(" and at < token.mate < stop and depth < _PARTS:
                return self.word(at + 1, token.mate, depth + 1).parts
        return None

    def _held(self, name: str, at: int, depth: int) -> tuple[Part, ...]:
        """The value of a variable, computed once; a long one counts as unknown."""
        opaque = self.script.word(name).parts
        if any(isinstance(part, Unknown) for part in opaque):
            return opaque
        unknown = (self._unknown(at, at + 1),)
        if name not in self.values or depth > _PARTS:
            return unknown
        if name not in self.known:
            self.known[name] = unknown
            parts = self.word(*self.values[name], depth + 1).parts
            short = len(parts) <= _PARTS and sum(len(part) for part in parts if isinstance(part, str)) <= _LENGTH
            self.known[name] = parts if short else unknown
        return self.known[name]

    def words(self, start: int, stop: int) -> tuple[Word, ...] | None:
        """The items of a list `[..]`, `{..}`, `(..)`, `c(..)`, `qw(..)`, None where the expression is no list."""
        if start < stop and self.stream[start].words:
            return tuple(Word((text,), self.script.span) for text in self.word(start, start + 1).source.split())
        if start < stop and self.stream[start].kind == "name":
            held = self.values.get(self.stream[start].text)
            if held and stop == start + 1 and held[0] != start:
                return self.words(*held) if self.stream[held[0]].kind != "name" or held[1] > held[0] + 1 else None
            while start < stop - 1 and (
                self.stream[start].kind == "name"
                or (self.stream[start].text in {".", "new", "[", "]"} and self.stream[start].mate != stop - 1)
            ):
                start += 1
        token = self.stream[start]
        if token.kind == "op" and token.text in {"[", "{", "("} and token.mate == stop - 1:
            return tuple(self.word(*item) for item in self.split(start + 1, token.mate))
        return None

    def _unknown(self, start: int, stop: int) -> Unknown:
        first = self.stream[start].start
        last = self.stream[max(stop, start + 1)].start if stop < len(self.stream) else len(self.script.text)
        return Unknown("computed", self.script.source(self.script.text[first : min(last, first + 60)].rstrip()))
