"""Words by bash's own token rules (bash manual 3.1.2, 3.5; parse.y `read_token_word`).

The lexer walks the text once from left to right. A line continuation that bash would remove is cut out of the text
when the lexer reaches it, so that no rule needs to know of it; `place` turns offsets back.
"""

import re
from typing import Final

from interposer_shell.braced import Braced
from interposer_shell.tree import Arith, Param, Piece, RawWord, Sequence, Subst

PLAIN: Final = re.compile(r"[^ \t\n;&|<>()'\"\\$`*?\[{}~]+")
"""A word that stands for itself, where a blank, an operator or the end follows."""

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

WORD_RUN: Final = re.compile(r"[^ \t\n;&|<>()'\"\\$`]+")
"""Unquoted text inside one word."""

_BACKTICK = re.compile(r"(?:[^`\\]|\\.)*`", re.DOTALL)
_FLAGS = frozenset("=~^+%,&/.<>")  # zsh gives a meaning to some of them behind a `$`, and names may hold any letter
_SUFFIXES = frozenset({"[", ":"})
_SPECIAL = frozenset("@*#?-$!")
_UNESCAPE = re.compile(r"\\([$`\\])")
_UNESCAPE_QUOTED = re.compile(r"\\([$`\\\"])")


class Lexer(Braced):
    """The words that begin at a position."""

    __slots__ = ()

    def word(self) -> RawWord:
        """The word that begins here; there must be one."""
        start = self.at
        match = PLAIN.match(self.text, start)
        if match:
            end = match.end()
            if end == len(self.text) or self.text[end] in " \t\n;|&)":
                self.at = end
                return RawWord((match[0],), start, end)
        pieces = self.unquoted(WORD_RUN)
        if self.at == start and not pieces:
            self.fail("syntax", detail="a word is missing" if start >= len(self.text) else f"`{self.text[start]}`")
        return RawWord(tuple(pieces), start, self.at)

    def dollar(self, *, quoted: bool, here: bool = False) -> Piece:  # noqa: C901 (one branch a following character)
        """What `$` begins here; a plain str where it stands for itself."""
        start = self.at
        following = self.text[start + 1 : start + 2]
        if following == "(":
            self.cut_at(start + 2)
            if self.text.startswith("(", start + 2):
                return self.double_parenthesis(quoted=quoted)
            return self.substitution("$(", quoted=quoted)
        if following == "{":
            return self.braced(quoted=quoted, here=here)
        if following == "[":
            self.note("dollar-bracket")
            self.at += 2
            text = self.arithmetic("]")
            return Arith(self.text[start : self.at], quoted, text)
        if match := NAME.match(self.text, start + 1):
            end = match.end()
            while self.continued and self.text.startswith("\\\n", end):
                self.cut(end)
                end = NAME.match(self.text, start + 1).end()  # type: ignore[union-attr]  # it did already
            self.at = end
            if self.text[end : end + 1] in _SUFFIXES or not self.text[end : end + 1].isascii():
                self.note("suffix")
            return Param(self.text[start:end], quoted, self.text[start + 1 : end])
        if following and (following in _SPECIAL or following in "0123456789"):
            self.at += 2
            if self.text[self.at : self.at + 1] in _SUFFIXES or self.text[self.at : self.at + 1].isdigit():
                self.note("suffix")
            return Param(self.text[start : self.at], quoted, following)
        if following in _FLAGS or not following.isascii():
            self.note("suffix")
        self.at += 1
        return "$"

    def substitution(self, opener: str, *, quoted: bool) -> Subst:
        """The command or process substitution that begins here."""
        if opener != "$(":
            self.note("process-substitution")
        start = self.at
        self.at += 2
        self.deeper()
        outer, self.pending = self.pending, []
        body = self.nested_list()
        if self.pending:
            self.fail("here-document", start, "its body lies outside the substitution")
        self.pending = outer
        self.depth -= 1
        if not self.text.startswith(")", self.at):
            self.fail("unterminated", start, f"`{opener}`")
        self.at += 1
        if opener != "$(" and self.text.startswith("(", start + 2):
            # Bash looks for the end of `<((` as if it were arithmetic.
            self.check_pairs(start + 1, self.at)
        return Subst(self.text[start : self.at], quoted, opener, body, start=start)

    def nested_list(self) -> Sequence:
        """The commands of a substitution, up to its `)`."""
        raise NotImplementedError

    def foreign_list(self, text: str) -> Sequence:
        """The commands of another text (a backtick substitution's, unescaped)."""
        raise NotImplementedError

    def backtick(self, *, quoted: bool, here: bool = False) -> Subst:
        """The backtick substitution that begins here; its text is unescaped and read as one of its own."""
        start = self.at
        match = _BACKTICK.match(self.text, start + 1)
        if not match:
            self.fail("unterminated", start, "backtick")
        inner = match[0][:-1]
        if "\\\n" in inner and "'" in inner:
            self.fail("continuation", start)
        if here and '\\"' in inner:
            self.fail("quote-in-expansion", start)
        self.at = match.end()
        inner = (_UNESCAPE_QUOTED if quoted else _UNESCAPE).sub(r"\1", inner)
        self.deeper()
        body = self.foreign_list(inner)
        self.depth -= 1
        return Subst(self.text[start : self.at], quoted, "`", body, foreign=True)

    def here_delimiter(self) -> tuple[str, bool]:  # noqa: C901 (one branch a kind of quote)
        """The delimiter of a here-document and whether any of it is quoted; nothing is expanded in it."""
        start = self.at
        text = ""
        quoted = False
        while True:
            if match := WORD_RUN.match(self.text, self.at):
                self.at = match.end()
                text += match[0]
            following = self.text[self.at : self.at + 1]
            if following == "'":
                text += self.single()
                quoted = True
            elif following == '"':
                end = self.text.find('"', self.at + 1)
                inner = self.text[self.at + 1 : end]
                if end < 0 or set(inner) & {"\\", "$", "`"}:
                    self.fail("here-document", start, "a delimiter that is not plain")
                text += inner
                quoted = True
                self.at = end + 1
            elif following == "\\":
                if not self.cut_here():
                    if self.at + 1 == len(self.text):
                        self.fail("here-document", start, "a delimiter that is not plain")
                    text += self.text[self.at + 1]
                    quoted = True
                    self.at += 2
            elif following == "$" and NAME.match(self.text, self.at + 1):
                text += "$"
                self.at += 1
            elif following in {"$", "`"} and following:
                self.fail("here-document", start, "a delimiter that is not plain")
            else:
                break
        if self.at == start or "\n" in text:
            self.fail("here-document", start, "a delimiter that is not plain")
        return text, quoted
