"""`[[ ]]` by bash's own grammar (bash manual 3.2.5.2; parse.y `cond_expr`)."""

import re
from typing import Final

from interposer_shell.lexer import WORD_RUN, Lexer
from interposer_shell.pieces import add_bare
from interposer_shell.tree import Bare, Piece, RawWord

JOINT: Final = re.compile(r"&&|\|\|")
_UNARY = re.compile(r"-[a-zA-Z](?=[ \t\n])")
_GROUP_RUN = re.compile(r"[^()'\"\\$`<>]+")
_BINARY = re.compile(r"(?:==|=~|!=|=|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))(?=[ \t\n])|[<>](?!\()")


class Conditionals(Lexer):
    """The words of `[[ ]]`."""

    __slots__ = ()

    def newline(self) -> None:
        """Pass a newline token."""
        raise NotImplementedError

    def comment(self) -> bool:
        """Whether a comment begins here."""
        return self.text.startswith("#", self.at)

    def conditional(self) -> tuple[RawWord, ...]:
        """The words of `[[ ]]` (bash manual 3.2.5.2), operators included, up to its end."""
        self.note("conditional")
        start = self.at
        words: list[RawWord] = []
        self._or(words, start)
        if not self._conditional_end():
            self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, "`]]` is missing")
        self.at += 2
        return tuple(words)

    def _conditional_gap(self) -> None:
        self.blank()
        while self.text.startswith("\n", self.at):
            self.newline()
            self.blank()
        if self.comment() or self.pending:
            self.fail("syntax", detail="a comment inside `[[ ]]`")

    def _conditional_end(self) -> bool:
        self._conditional_gap()
        return self.text.startswith("]]", self.at) and self.text[self.at + 2 : self.at + 3] in {
            "", " ", "\t", "\n", ";", "&", "|", ")", "<", ">",
        }  # fmt: skip

    def _or(self, words: list[RawWord], start: int) -> None:
        while True:
            self._term(words, start)
            self._conditional_gap()
            match = JOINT.match(self.text, self.at)
            if not match:
                return
            self.at = match.end()

    def _term(self, words: list[RawWord], start: int) -> None:
        self._conditional_gap()
        while self.text.startswith("!", self.at) and self.text[self.at + 1 : self.at + 2] in {" ", "\t", "\n", "("}:
            self.at += 1
            self._conditional_gap()
        if self.text.startswith("(", self.at):
            self.deeper()
            self.at += 1
            self._or(words, start)
            if not self.text.startswith(")", self.at):
                self.fail("syntax", start, "`)` is missing in `[[ ]]`")
            self.at += 1
            self.depth -= 1
            return
        if self._conditional_end():
            self.fail("syntax", start, "an operand is missing in `[[ ]]`")
        if unary := _UNARY.match(self.text, self.at):
            after = self.at
            self.at = unary.end()
            if not self._operator_follows():
                words.append(RawWord((unary[0],), after, unary.end()))
                words.append(self._operand_word(start))
                return
            self.note("bare-operator")
            self.at = after
        words.append(self._operand_word(start))
        self._conditional_gap()
        if binary := _BINARY.match(self.text, self.at):
            self.at = binary.end()
            words.append(RawWord((binary[0],), binary.start(), binary.end()))
            self._conditional_gap()
            words.append(self._right_side(binary[0], start))

    def _operator_follows(self) -> bool:
        self.blank()
        following = self.text[self.at : self.at + 1]
        return (
            _BINARY.match(self.text, self.at) is not None
            or JOINT.match(self.text, self.at) is not None
            or following in {")", ""}
            or self._conditional_end()
        )

    def _operand_word(self, start: int) -> RawWord:
        self._conditional_gap()
        if self._conditional_end() or self.at >= len(self.text):
            self.fail("syntax", start, "an operand is missing in `[[ ]]`")
        return self.word()

    def _group(self) -> list[Piece]:
        """The pieces of `(...)` in a pattern or a regular expression, both parentheses included."""
        start = self.at
        pieces: list[Piece] = []
        level = 0
        while True:
            following = self.text[self.at : self.at + 1]
            if following == "(":
                level += 1
            elif following == ")":
                level -= 1
            elif not following:
                self.fail("unterminated", start, "`(`")
            elif following not in {"<", ">"}:
                self.fail("syntax", start)
            add_bare(pieces, following)
            self.at += 1
            if level == 0:
                return pieces
            pieces += self.unquoted(_GROUP_RUN)

    def _grouped_word(self, *, regex: bool) -> RawWord:
        """A pattern or regular expression of `[[ ]]`: parentheses may belong to it."""
        start = self.at
        pieces: list[Piece] = []
        while True:
            pieces += self.unquoted(WORD_RUN)
            following = self.text[self.at : self.at + 1]
            if regex and following == "|":
                add_bare(pieces, following)
                self.at += 1
            elif following == "(" and (regex or (pieces and _ends_extended(pieces[-1]))):
                pieces += self._group()
            elif self.at == start:
                self.fail("syntax", detail="a word is missing")
            else:
                return RawWord(tuple(pieces), start, self.at)

    def _right_side(self, operator: str, start: int) -> RawWord:
        if operator in {"==", "!=", "=", "=~"}:
            if self._conditional_end():
                self.fail("syntax", start, "an operand is missing in `[[ ]]`")
            return self._grouped_word(regex=operator == "=~")
        return self._operand_word(start)


def _ends_extended(piece: Piece) -> bool:
    return isinstance(piece, Bare) and piece.text[-1] in "?*+@!"
