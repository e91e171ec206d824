"""Compound commands by bash's own grammar (bash manual 3.2.5; parse.y)."""

import re
from typing import Final

from interposer_shell.cursor import Cursor
from interposer_shell.lexer import NAME
from interposer_shell.simple import SimpleCommands
from interposer_shell.tree import Bare, Compound, RawRedirect, RawWord, Sequence, Simple

RESERVED: Final = re.compile(
    r"(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|select|function|coproc|time|\{|\}|!|\[\[)"
    r"(?![^ \t\n;&|<>()])"
)
"""A reserved word with its end."""

NEVER: Final = re.compile(r"(?:in|\]\])(?![^ \t\n;&|<>()])")
"""Reserved words that begin no command."""

CLOSERS: Final = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})
"""Reserved words that end a list."""

_IN = re.compile(r"in(?![^ \t\n;&|<>()])")
_CASE_END = re.compile(r";;&|;;|;&")
_POSITIONAL = RawWord((Bare("$@"),), 0, 0)


class Compounds(SimpleCommands):
    """Commands that hold lists of commands."""

    __slots__ = ("_cases",)

    def __init__(self, text: str, outer: Cursor | None = None) -> None:
        super().__init__(text, outer)
        self._cases = 0

    def sequence(self) -> Sequence:
        """A list of pipelines up to something that cannot begin one."""
        raise NotImplementedError

    def command(self) -> Simple | Compound:
        """The command that begins here."""
        raise NotImplementedError

    def function_keyword(self, start: int) -> Compound:
        """The definition behind the reserved word `function`, which is passed."""
        raise NotImplementedError

    def coproc(self, start: int) -> Compound:
        """The command behind the reserved word `coproc`, which is passed."""
        raise NotImplementedError

    def at_end(self) -> bool:
        """Whether nothing here can begin a command."""
        following = self.text[self.at : self.at + 1]
        if not following or following in ");":
            return True
        if following == "&" and not self.text.startswith("&>", self.at):
            return True
        match = RESERVED.match(self.text, self.at)
        return match is not None and match[0] in CLOSERS

    def compound(self, word: str) -> Compound:
        """The compound command that the reserved word `word` begins here."""
        start = self.at
        self.deeper()
        self.at += len(word)
        if self.text.startswith("(", self.at):
            self.note("tight")
        kind, name = word, ""
        parts: tuple[RawWord | Sequence, ...]
        match word:
            case "{":
                parts = self._until("}")
            case "if":
                parts = self._if()
            case "while" | "until":
                kind = "while"
                parts = (*self._until("do"), *self._until("done"))
            case "for" | "select":
                kind, name, parts = self._for(word)
            case "case":
                parts = self._case()
            case "[[":
                parts = self.conditional()
            case "function":
                return self.function_keyword(start)
            case _:
                return self.coproc(start)
        self.depth -= 1
        return self._with_redirects(kind, name, parts, start)

    def _with_redirects(self, kind: str, name: str, parts: tuple[RawWord | Sequence, ...], start: int) -> Compound:
        redirects: list[RawRedirect] = []
        while True:
            self.blank()
            redirect = self.redirect()
            if redirect is None:
                break
            redirects.append(redirect)
        self._check_end()
        return Compound(kind, name, parts, tuple(redirects), start, self.at)

    def _check_end(self) -> None:
        """Behind a compound command only an operator or a reserved word may follow."""
        following = self.text[self.at : self.at + 1]
        if not following or following in "\n;|&)#":
            return
        match = RESERVED.match(self.text, self.at)
        if match is None or match[0] not in CLOSERS:
            self.unexpected()

    def _until(self, closer: str) -> tuple[Sequence]:
        """A list that must hold something, up to the reserved word `closer`."""
        start = self.at
        body = self.sequence()
        if not body.items:
            self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, f"before `{closer}`")
        self._expect(closer, start)
        return (body,)

    def _expect(self, word: str, start: int) -> None:
        self.gap()
        match = RESERVED.match(self.text, self.at)
        if match is None or match[0] != word:
            self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, f"`{word}` is missing")
        self.at += len(word)

    def _if(self) -> tuple[Sequence, ...]:
        start = self.at
        parts: list[Sequence] = [*self._until("then")]
        while True:
            body = self.sequence()
            match = RESERVED.match(self.text, self.at)
            if match is None or not body.items:
                self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, "`fi` is missing")
            parts.append(body)
            self.at = match.end()
            if match[0] == "elif":
                parts += self._until("then")
            elif match[0] == "else":
                parts += self._until("fi")
                return tuple(parts)
            elif match[0] == "fi":
                return tuple(parts)
            else:
                self.unexpected()

    def _for(self, word: str) -> tuple[str, str, tuple[RawWord | Sequence, ...]]:
        start = self.at
        if word == "select":
            self.note("select")
        self.blank()
        if word == "for" and self.text.startswith("((", self.at):
            return self._for_arithmetic(start)
        match = NAME.match(self.text, self.at)
        if not match or self.text[match.end() : match.end() + 1] not in {" ", "\t", "\n", ";", ""}:
            self.fail("syntax", detail="the loop's variable")
        self.at = match.end()
        if "\n" in self.text[self.at : self.at + 1]:
            self.note("prefix")
        words = self._loop_words()
        return word, match[0], (*words, self._loop_body(start))

    def _loop_words(self) -> tuple[RawWord, ...]:
        start = self.at
        self.gap()
        words: list[RawWord] = []
        if listed := _IN.match(self.text, self.at):
            if self._cases and "\n" in self.text[start : self.at]:
                self.fail("syntax", start, "`in` on a line of its own inside `case`")
            self.at = listed.end()
            self.blank()
            while self.text[self.at : self.at + 1] not in {"\n", ";", ""} and not self.comment():
                words.append(self.word())
                self.blank()
        elif self.text.startswith(";", self.at):
            self.note("for-without-in")
            words.append(_POSITIONAL)
        else:
            self.note("for-without-in")
            words.append(_POSITIONAL)
            return tuple(words)
        if self.text.startswith(";;", self.at):
            self.unexpected()
        if self.text.startswith(";", self.at):
            self.at += 1
        return tuple(words)

    def _loop_body(self, start: int) -> Sequence:
        self.gap()
        if self.text.startswith("{", self.at):
            self.note("brace-loop")
            self.at += 1
            return self._until("}")[0]
        self._expect("do", start)
        return self._until("done")[0]

    def _for_arithmetic(self, start: int) -> tuple[str, str, tuple[RawWord | Sequence, ...]]:
        self.note("arithmetic-for")
        self.at += 2
        text = self.balanced()
        if not self.text.startswith(")", self.at):
            self.fail("syntax", start, "`((`")
        self.at += 1
        self.blank()
        if self.text.startswith(";", self.at):
            self.at += 1
        return "for((", "", (text, self._loop_body(start))

    def _case(self) -> tuple[RawWord | Sequence, ...]:
        start = self.at
        self.blank()
        if self.comment():
            self.unexpected()
        parts: list[RawWord | Sequence] = [self.word()]
        self.gap()
        match = _IN.match(self.text, self.at)
        if not match:
            self.fail("syntax", start, "`in` is missing")
        self.at = match.end()
        self._cases += 1
        parts += self._clauses(start)
        self._cases -= 1
        return tuple(parts)

    def _clauses(self, start: int) -> list[RawWord | Sequence]:
        """The patterns and lists behind `in`, up to `esac`."""
        parts: list[RawWord | Sequence] = []
        while True:
            self.gap()
            closer = RESERVED.match(self.text, self.at)
            if closer and closer[0] == "esac":
                self.at = closer.end()
                return parts
            parts += self._patterns(start)
            body = self.sequence()
            parts.append(body)
            if end := _CASE_END.match(self.text, self.at):
                if end[0] != ";;":
                    self.note("case-fall-through")
                self.at = end.end()
            else:
                self._expect("esac", start)
                return parts

    def _patterns(self, start: int) -> list[RawWord]:
        patterns: list[RawWord] = []
        if self.text.startswith("(", self.at):
            self.at += 1
            self.blank()
            closer = RESERVED.match(self.text, self.at)
            if closer and closer[0] == "esac":
                self.unexpected()
        while True:
            self.blank()
            if self.at >= len(self.text) or self.comment():
                self.fail("unterminated", start, "`esac` is missing")
            patterns.append(self.word())
            self.blank()
            following = self.text[self.at : self.at + 1]
            self.at += 1
            if following == ")":
                return patterns
            if following != "|":
                self.at -= 1
                self.unexpected()

    def parenthesis(self) -> Compound:
        """The subshell or arithmetic command that begins here."""
        start = self.at
        self.deeper()
        if self.text.startswith("((", start):
            state = len(self.cuts), len(self.features)
            self.note("arithmetic-command")
            self.at += 2
            text = self.balanced()
            if self.text.startswith(")", self.at):
                self.at += 1
                self.depth -= 1
                return self._with_redirects("((", "", (text,), start)
            self._check_reread(start)
            self.retry(start, state)
            self.note("double-subshell")
        self.at = start + 1
        body = self.sequence()
        if not body.items or not self.text.startswith(")", self.at):
            self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, "`(`")
        self.at += 1
        self.depth -= 1
        return self._with_redirects("(", "", (body,), start)

    def _check_reread(self, start: int) -> None:
        """What bash took for arithmetic it reads once more: `$'..'` is decoded by then, here-documents go astray."""
        text = self.text[start : self.at]
        if "$'" in text or '$"' in text:
            self.fail("syntax", start, "`((` that is not arithmetic")
        if "<<" in text or ("\n" in text and self.pending):
            self.fail("here-document", start, "bash reads `((` that is not arithmetic twice", "write a blank: `( (`")
