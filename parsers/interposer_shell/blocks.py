"""Compound commands: what runs in them, in which scope, with which input (bash manual 3.2.5, 3.3)."""

from interposer_shell.assigning import numeric
from interposer_shell.context import TRAP, Context
from interposer_shell.evaluated import hides_code
from interposer_shell.evaluating import holds_code
from interposer_shell.reading import Command, Redirect
from interposer_shell.redirecting import Redirections, redirected, runs
from interposer_shell.tree import Bare, Compound, RawWord, Sequence
from interposer_shell.variables import Setting
from interposer_shell.word import Unknown, Word, literal

_ARITHMETIC_TESTS = frozenset({"-eq", "-ne", "-lt", "-le", "-gt", "-ge"})
_EVALUATING_TESTS = _ARITHMETIC_TESTS | {"-v", "-R"}


class Blocks(Redirections):
    """Compound commands and functions."""

    __slots__ = ()

    def compound(self, compound: Compound, context: Context, joined: str, *, background: bool) -> tuple[int, ...]:
        """Flatten a compound command; the indices of the commands whose output leaves it."""
        if compound.kind == "function":
            return self._function(compound, context)
        first = len(self.out)
        self.context = context
        span = self.place(compound.start, compound.end)
        self.span = (*span, self.line(span[0]))
        redirects = self.compound_redirects(compound, context)
        inner = context
        if compound.redirects:
            inner = context._replace(inherits=context.inherits + redirects, stdin=redirected(redirects, context))
        feeders = self._body(compound, inner)
        if len(self.out) == first and redirects:
            self._empty(compound, context, redirects, joined, background=background)
        if compound.redirects and any(runs(raw) for raw in compound.redirects):
            self.enter(context)
            self.found.inherits[id(compound)] = tuple(self.redirect(raw) for raw in compound.redirects)
        return feeders

    def _empty(
        self, compound: Compound, context: Context, redirects: tuple[Redirect, ...], joined: str, *, background: bool
    ) -> None:
        """A compound command that runs nothing still opens its redirections."""
        self.context = context
        span = self.place(compound.start, compound.end)
        function = "" if context.function == TRAP else context.function
        self.out.append(
            Command(
                (), (), redirects, span, self.line(span[0]), context.depth, context.scope, function,
                stdin=context.stdin, inherits=context.inherits, joined=joined, background=background,
            )
        )  # fmt: skip

    def _body(self, compound: Compound, context: Context) -> tuple[int, ...]:
        match compound.kind:
            case "(" | "coproc":
                context = self.scoped(context)._replace(depth=context.depth + 1)
                if compound.kind == "coproc":
                    self.remember(compound.name, Setting(self.here(), None))
            case "while" | "for((":
                context = context._replace(loops=(*context.loops, self.number()))
            case "for" | "select":
                return self._for(compound, context)
            case "[[":
                self._conditional(compound, context)
                return ()
            case _:
                pass
        feeders: list[int] = []
        for part in compound.parts:
            if isinstance(part, Sequence):
                found = self.sequence(part, context)
                feeders += found
            else:
                self.enter(context)
                if compound.kind in {"((", "for(("}:
                    self.arithmetic(part)
                self.resolver.visit(part)
        return tuple(feeders)

    def _for(self, compound: Compound, context: Context) -> tuple[int, ...]:
        self.enter(context)
        words = [word for part in compound.parts if isinstance(part, RawWord) for word in self._loop_words(part)]
        commands = tuple(index for word in words for unknown in word.unknowns for index in unknown.commands)
        known = all(unknown.why in {"env", "glob", "user", "special"} for word in words for unknown in word.unknowns)
        source = "$" + compound.name
        loop = Unknown("loop", source, compound.name, values=tuple(words) if known else (), commands=commands)
        inner = context._replace(loops=(*context.loops, self.number()), blocks=(*context.blocks, self.number()))
        self.context = inner
        self.order += 1
        value = Word((loop,)) if compound.kind == "for" else Word((Unknown("loop", source, compound.name),))
        self.remember(compound.name, Setting(self.here(), value, commands, texts=tuple(words)))
        feeders: list[int] = []
        for part in compound.parts:
            if isinstance(part, Sequence):
                feeders += self.sequence(part, inner)
        return tuple(feeders)

    def _loop_words(self, part: RawWord) -> list[Word]:
        if part.end == 0:
            return [Word((Unknown("positional", "$@", "@", many=True),), many=True)]
        return self.resolver.fields(part)

    def _conditional(self, compound: Compound, context: Context) -> None:
        """`[[ ]]`: its words run what is substituted in them; `-v` and arithmetic operators evaluate text."""
        self.enter(context)
        raws = [part for part in compound.parts if isinstance(part, RawWord)]
        index = len(self.out)
        shown = any(_static_code(raw) for raw in raws)
        if shown:
            self.out.append(None)
        words = [self.resolver.value(raw, colons=False) for raw in raws]
        evaluates = [self.expand_text("[[", word, context) for word in self._evaluated_tests(words) if hides_code(word)]
        if shown:
            span = self.place(compound.start, compound.end)
            self.out[index] = Command(
                (literal("[["), *words, literal("]]")), span=span, line=self.line(span[0]), depth=context.depth,
                scope=context.scope, inherits=context.inherits, evaluates=tuple(evaluates),
            )  # fmt: skip

    def _evaluated_tests(self, words: list[Word]) -> list[Word]:
        """The operands that `[[ ]]` takes for arithmetic or for the name of a variable."""
        found: list[Word] = []
        for number, word in enumerate(words):
            before = words[number - 1].text if number else None
            after = words[number + 1].text if number + 1 < len(words) else None
            if before in _EVALUATING_TESTS or after in _ARITHMETIC_TESTS:
                self.evaluates = self.evaluates or not numeric(word)
                if before not in {"-v", "-R"}:
                    self.arithmetic(RawWord((word.source,), 1, 1))
                found.append(word)
        return found

    def _function(self, compound: Compound, context: Context) -> tuple[int, ...]:
        self.context = context
        self.found.functions.add(compound.name)
        self.order += 1
        self.remember(compound.name + "()", Setting(self.here(), None))
        inner = context._replace(
            depth=context.depth + 1, function=compound.name, stdin=self.prior.calls.get(compound.name, ()), loops=()
        )
        for part in compound.parts:
            if isinstance(part, Sequence):
                self.sequence(part, inner)
        return ()


def _static_code(raw: RawWord) -> bool:
    texts = (piece.text if isinstance(piece, Bare) else piece for piece in raw.pieces if isinstance(piece, str | Bare))
    return any(holds_code(text) for text in texts)
