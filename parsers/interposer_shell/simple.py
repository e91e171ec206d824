"""Simple commands, assignments and redirections (bash manual 3.2.2, 3.4, 3.6)."""

import re
from typing import Final, NoReturn

from interposer_shell.conditional import Conditionals
from interposer_shell.lexer import PLAIN
from interposer_shell.tree import Bare, Compound, HereDocument, RawAssignment, RawRedirect, RawWord, Simple

DECLARATIONS: Final = frozenset({"declare", "typeset", "local", "export", "readonly"})
"""Builtins whose arguments are read as assignments (bash manual 4: declaration commands)."""

MAX_COMMANDS: Final = 5_000
"""Simple commands in one text."""

_REDIRECT = re.compile(r"([0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})?(<<<|<<-|<<|<>|<&|<|>>|>\||>&|>)|(&>>|&>)")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(\+?=)|\[)")
_END_OF_COMMAND = frozenset("\n;|)")
_MAX_FD_DIGITS = 4
_DECLARING = frozenset((name,) for name in DECLARATIONS)
_RANGE = re.compile(r"[0-9]*-[0-9]*>")
_DESCRIPTOR = re.compile(r"(?:[0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})[<>](?!\()")
_NUMBER = re.compile(r"[0-9]+-?")


class SimpleCommands(Conditionals):
    """Everything that a simple command is made of."""

    __slots__ = ()

    def gap(self) -> None:
        """Skip blanks, newlines and comments."""
        raise NotImplementedError

    def function(self, name: str, start: int) -> Compound:
        """The definition of a function whose name and parentheses are passed."""
        raise NotImplementedError

    def unexpected(self) -> NoReturn:
        """Refuse what stands here."""
        self.fail("syntax", detail=f"unexpected `{self.text[self.at : self.at + 10].split(chr(10))[0]}`")

    def parentheses_of_function(self, start: int) -> None:
        """Pass `()` behind a function's name."""
        self.at += 1
        self.blank()
        if not self.text.startswith(")", self.at):
            self.fail("syntax", start, "`(` behind a word")
        self.at += 1

    def simple(self) -> Simple | Compound:  # noqa: C901 (one branch a kind of token)
        """The simple command, or the definition of a function, that begins here."""
        start = self.at
        assignments: list[RawAssignment] = []
        words: list[RawWord | RawAssignment] = []
        redirects: list[RawRedirect] = []
        declares = False
        end = start
        while self.at < len(self.text):
            following = self.text[self.at]
            if following in _END_OF_COMMAND or (following == "&" and not self.text.startswith("&>", self.at)):
                break
            if following == "#":
                break
            if following == "(":
                return self._define(words, assignments, redirects, start)
            redirect = self.redirect() if following in "<>&{0123456789" else None
            if redirect is not None:
                redirects.append(redirect)
            elif not words and (assignment := self._assignment(at_command=True)):
                assignments.append(assignment)
            elif declares and (assignment := self._assignment(at_command=False)):
                words.append(assignment)
            else:
                word = self.word()
                if not words:
                    declares = word.pieces in _DECLARING
                words.append(word)
            end = self.at
            self.blank()
        if end == start:
            self.unexpected()
        self.count[0] += 1
        if self.count[0] > MAX_COMMANDS:
            self.fail("too-large", start, f"more than {MAX_COMMANDS} commands", "write the script to a file in parts")
        return Simple(tuple(assignments), tuple(words), tuple(redirects), start, end)

    def _define(
        self,
        words: list[RawWord | RawAssignment],
        assignments: list[RawAssignment],
        redirects: list[RawRedirect],
        start: int,
    ) -> Compound:
        """`name ()` and its body; nothing else may stand before `(`."""
        if len(words) != 1 or assignments or redirects or not isinstance(words[0], RawWord):
            self.fail("syntax", detail="`(` behind a word")
        name = self.text[words[0].start : words[0].end]
        if not PLAIN.fullmatch(name) or "=" in name or name[-1] in "!@+":
            self.fail("extended-pattern" if name and name[-1] in "!@+*?" else "syntax", detail="`(` behind a word")
        self.parentheses_of_function(start)
        return self.function(name, start)

    def _assignment(self, *, at_command: bool) -> RawAssignment | None:
        """An assignment that begins here, or None; elsewhere than before a command only `NAME=` and `NAME[..]=`."""
        match = _ASSIGNMENT.match(self.text, self.at)
        if not match:
            return None
        start = self.at
        index: RawWord | None = None
        sign = match[2]
        self.at = match.end()
        if sign is None:
            state = len(self.features)
            self.note("subscript")
            pieces = self.subscript()
            index = RawWord(tuple(pieces), match.end(), self.at - 1)
            self.join()
            sign = next((sign for sign in ("+=", "=") if self.text.startswith(sign, self.at)), None)
            blanks = set(self.text[index.start : index.end]) & set(" \t\n;&|<>()") and not _only_pieces(index)
            if blanks and (sign is None or not at_command):
                self.fail("syntax", start, "a subscript with blanks or operators")
            if sign is None:
                del self.features[state:]
                self.at = start
                return None
            self.at += len(sign)
        if sign == "+=":
            self.note("append")
        return self._assigned(match[1], index, start, append=sign == "+=")

    def _assigned(self, name: str, index: RawWord | None, start: int, *, append: bool) -> RawAssignment:
        self.join()
        following = self.text[self.at : self.at + 1]
        if following == "(":
            if index is not None:
                self.fail("syntax", start, "an array in an array")
            self.note("array")
            items = self._items()
            self._check_glued()
            return RawAssignment(name, index, append, None, items, start, self.at)
        if not following or following in " \t\n;|&)":
            return RawAssignment(name, index, append, RawWord((), self.at, self.at), (), start, self.at)
        if following in "<>" and not self.text.startswith("(", self.at + 1):
            return RawAssignment(name, index, append, RawWord((), self.at, self.at), (), start, self.at)
        value = self.word()
        return RawAssignment(name, index, append, value, (), start, self.at)

    def _check_glued(self) -> None:
        if self.text[self.at : self.at + 1] not in {"", " ", "\t", "\n", ";", "|", "&", ")", "<", ">"}:
            self.fail("syntax", detail="text glued to `)`")

    def _items(self) -> tuple[RawWord | RawAssignment, ...]:
        """The words of `(...)` behind `NAME=`."""
        start = self.at
        self.at += 1
        items: list[RawWord | RawAssignment] = []
        while True:
            self.gap()
            following = self.text[self.at : self.at + 1]
            if following == ")":
                self.at += 1
                return tuple(items)
            if not following:
                self.fail("unterminated", start, "`(`")
            if following in ";&|" or (following in "<>" and not self.text.startswith("(", self.at + 1)):
                self.unexpected()
            items.append(self._item(following))

    def _item(self, following: str) -> RawWord | RawAssignment:
        if following != "[":
            return self.word()
        start = self.at
        self.at += 1
        pieces = self.subscript()
        index = RawWord(tuple(pieces), start + 1, self.at - 1)
        sign = next((sign for sign in ("+=", "=") if self.text.startswith(sign, self.at)), None)
        if sign is None:
            if set(self.text[index.start : index.end]) & set(" \t\n;&|<>()"):
                self.fail("syntax", start, "a subscript with blanks or operators")
            self.at = start
            return self.word()
        self.at += len(sign)
        value = RawWord((), self.at, self.at)
        if self.text[self.at : self.at + 1] not in {"", " ", "\t", "\n", ")"}:
            value = self.word()
        return RawAssignment("", index, sign == "+=", value, (), start, self.at)

    # -- redirections --------------------------------------------------------------------------------------------

    def redirect(self) -> RawRedirect | None:
        """The redirection that begins here, or None."""
        match = _REDIRECT.match(self.text, self.at)
        if not match:
            return None
        start = self.at
        descriptor = match[1] or ""
        operator: str = match[2] or match[3]
        if operator in {"<", ">"} and self.text.startswith("(", match.end()):
            if descriptor:
                self.fail("syntax", start, "a number before a process substitution")
            return None
        if len(descriptor) > _MAX_FD_DIGITS and descriptor.isdigit():
            self.fail("syntax", start, "the descriptor's number")
        if len(descriptor) > 1 or operator in {"<<<", "&>", "&>>"}:
            self.note("redirection", start)
        self.at = match.end()
        if operator in {"<<", "<<-"}:
            return self._here(operator, descriptor, start)
        if operator in {"<&", ">&"}:
            return self._duplicate(operator, descriptor, start)
        if self.text[self.at : self.at + 1] == "!":
            self.note("clobber")
        if operator == "<" and _RANGE.match(self.text, self.at):
            self.note("range")
        self.blank()
        word = self._target(start)
        return RawRedirect(operator, descriptor, word, None, start, self.at)

    def _target(self, start: int) -> RawWord:
        if self.comment() or self.at >= len(self.text):
            self.fail("syntax", start, "the target of a redirection is missing")
        self._check_number(start)
        return self.word()

    def _check_number(self, start: int) -> None:
        """Digits or `{name}` glued to the next `<` or `>` belong to that one, so that this one has no target."""
        if _DESCRIPTOR.match(self.text, self.at):
            self.fail("syntax", start, "the target of a redirection is missing")

    def _here(self, operator: str, descriptor: str, start: int) -> RawRedirect:
        self.blank()
        if self.comment():
            self.fail("syntax", start, "the delimiter of a here-document is missing")
        self._check_number(start)
        delimiter, quoted = self.here_delimiter()
        here = HereDocument(delimiter, quoted=quoted, strip=operator == "<<-")
        self.pending.append(here)
        return RawRedirect(operator, descriptor, None, here, start, self.at)

    def _duplicate(self, operator: str, descriptor: str, start: int) -> RawRedirect:
        """`>&`: `-` is a token of its own, and a target that is no number is expanded twice."""
        self.blank()
        if self.text.startswith("-", self.at):
            self.at += 1
            if self.text[self.at : self.at + 1] not in {"", " ", "\t", "\n", ";", "|", "&", ")", "<", ">"}:
                self.fail("descriptor-twice", start, "a word glued to `-`")
            return RawRedirect(operator, descriptor, RawWord(("-",), self.at - 1, self.at), None, start, self.at)
        word = self._target(start)
        if not _NUMBER.fullmatch(self.text[word.start : word.end]):
            self.note("duplicate-word", start)
        if any(isinstance(piece, str) and set(piece) & set("$`\\") for piece in word.pieces):
            self.fail("descriptor-twice", start, hint="write the file's name without quoted `$` or backtick")
        return RawRedirect(operator, descriptor, word, None, start, self.at)


def _only_pieces(index: RawWord) -> bool:
    """Whether all blanks of a subscript stand inside substitutions or quotes."""
    return not any(isinstance(piece, Bare) and set(piece.text) & set(" \t\n;&|<>()") for piece in index.pieces)
