"""Arithmetic: where `((`, `$((` and `$[` end (bash manual 3.5.4; parse.y `parse_arith_cmd`, subst.c `chk_arithsub`)."""

import re
from typing import Final

from interposer_shell.cursor import MAX_DEPTH
from interposer_shell.pieces import add_text
from interposer_shell.quotes import Quotes
from interposer_shell.tree import Arith, Piece, RawWord, Subst

MAX_RETRIES: Final = 32
"""How often `((` may turn out to be two subshells; each costs one more reading of what it holds."""

_RUN = re.compile(r"[^()\[\]\"'\\$`]+")
_NOTHING = re.compile(r"(?!)")
_QUOTED = re.compile(r"\\.|'[^']*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)


class Arithmetics(Quotes):
    """The texts of arithmetic expressions."""

    __slots__ = ()

    def double_parenthesis(self, *, quoted: bool) -> Arith | Subst:
        """`$((`: arithmetic, or a substitution that begins with a subshell where no `))` closes it."""
        start = self.at
        state = len(self.cuts), len(self.features)
        self.at += 3
        text = self.balanced()
        if self.text.startswith(")", self.at):
            self.at += 1
            return Arith(self.text[start : self.at], quoted, text)
        # bash has found the end by counting parentheses; the commands inside must end there too.
        self.balanced()
        end = self.at
        self.retry(start, state)
        self.note("double-subshell")
        piece = self.substitution("$(", quoted=quoted)
        if self.at != end:
            self.fail("syntax", start, "the end of `$((` depends on how it is read")
        return piece

    def balanced(self) -> RawWord:
        """The text behind `((` or `$((` up to a `)`, which is passed; every way of counting must find this end.

        Bash looks for the end of `((` without regard to `${...}`, and takes `$((...))` for commands where the
        parentheses in it do not pair (subst.c `chk_arithsub`), those of a `case` in a substitution included.
        """
        word = self.arithmetic(")")
        self.check_pairs(word.start, word.end)
        return word

    def check_pairs(self, start: int, end: int) -> None:
        """Refuse a text whose parentheses do not pair, be they counted with those in quotes or without."""
        text = self.text[start:end]
        if not (_pairs(text) and _pairs(_QUOTED.sub("", text))):
            self.fail("syntax", start, "parentheses that do not pair inside `((`")

    def retry(self, start: int, state: tuple[int, int]) -> None:
        """Go back to `start` to read `((` the other way."""
        self.retries[0] += 1
        if len(self.cuts) != state[0] or self.retries[0] > MAX_RETRIES:
            self.fail("syntax", start, "`((` that is not arithmetic")
        del self.features[state[1] :]
        self.at = start

    def arithmetic(self, close: str) -> RawWord:
        """The text of an arithmetic expression up to the `close` that ends it, which is passed.

        Single quotes do not protect here: bash expands what stands between them.
        """
        start = self.at
        pieces: list[Piece] = []
        level = 0
        opening = "(" if close == ")" else "["
        while True:
            if match := _RUN.match(self.text, self.at):
                self.at = match.end()
                add_text(pieces, match[0])
            following = self.text[self.at : self.at + 1]
            if following == close and level == 0:
                word = RawWord(tuple(pieces), start, self.at)
                self.at += 1
                return word
            if following and following in "()[]":
                level += (following == opening) - (following == close)
                if level > MAX_DEPTH:
                    self.fail("too-deep", start)
                add_text(pieces, following)
                self.at += 1
            elif following == '"':
                self.at += 1
                pieces += self.double_pieces()
            elif following == "'":
                pieces += self.soft_single()
            elif following in {"$", "\\", "`"} and following:
                pieces += self.inside_double(_NOTHING, escapes='$`"\\')
            else:
                self.fail("unterminated", start, "arithmetic")


def _pairs(text: str) -> bool:
    level = 0
    for character in text:
        if character in "()":
            level += 1 if character == "(" else -1
            if level < 0:
                return False
    return level == 0
