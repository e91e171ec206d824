"""Quoting by bash's own token rules (bash manual 3.1.2; parse.y `parse_matched_pair`)."""

import re

from interposer_shell.ansi import decode
from interposer_shell.cursor import Cursor
from interposer_shell.pieces import add_bare, add_text
from interposer_shell.tree import Piece, Subst

_DOUBLE_RUN = re.compile(r"[^\"\\$`]+")
_HERE_RUN = re.compile(r"[^\\$`]+")
_SOFT_RUN = re.compile(r"[^'\\$`\"]+")
_ANSI = re.compile(r"(?:[^'\\]|\\.)*'", re.DOTALL)
_HALTING = frozenset("}\"'`\\")


class Quotes(Cursor):
    """Pieces of words, up to where a run and the quotes in it end."""

    __slots__ = ()

    def dollar(self, *, quoted: bool, here: bool = False) -> Piece:
        """What `$` begins here; a plain str where it stands for itself."""
        raise NotImplementedError

    def backtick(self, *, quoted: bool, here: bool = False) -> Subst:
        """The backtick substitution that begins here."""
        raise NotImplementedError

    def substitution(self, opener: str, *, quoted: bool) -> Subst:
        """The command or process substitution that begins here."""
        raise NotImplementedError

    def unquoted(self, run: re.Pattern[str]) -> list[Piece]:
        """Pieces up to a character that neither `run` nor quoting takes."""
        pieces: list[Piece] = []
        while True:
            match = run.match(self.text, self.at)
            if match:
                self.at = match.end()
                add_bare(pieces, match[0])
            following = self.text[self.at : self.at + 1]
            if following == "$":
                self._dollar_into(pieces)
            elif following == '"':
                self.at += 1
                pieces += self.double_pieces()
            elif following == "'":
                pieces.append(self.single())
            elif following == "\\":
                self._escape_into(pieces)
            elif following == "`":
                pieces.append(self.backtick(quoted=False))
            elif following in {"<", ">"} and self.text.startswith("(", self.at + 1):
                pieces.append(self.substitution(following + "(", quoted=False))
            else:
                return pieces

    def _escape_into(self, pieces: list[Piece]) -> None:
        if self.cut_here():
            return
        escaped = self.text[self.at + 1 : self.at + 2]
        # A backslash that ends the text stands for itself.
        if not escaped:
            self.note("last-backslash")
        pieces.append(escaped or "\\")
        self.at += 2 if escaped else 1

    def single(self) -> str:
        """What stands between the single quotes that begin here."""
        end = self.text.find("'", self.at + 1)
        if end < 0:
            self.fail("unterminated", detail="single quote")
        content = self.text[self.at + 1 : end]
        self.at = end + 1
        return content

    def _dollar_into(self, pieces: list[Piece]) -> None:
        """Add what an unquoted `$` begins."""
        self.cut_at(self.at + 1)
        following = self.text[self.at + 1 : self.at + 2]
        if following == "'":
            pieces.append(self._ansi())
        elif following == '"':
            self.note("locale-quote")
            self.at += 2
            pieces += self.double_pieces()
        else:
            piece = self.dollar(quoted=False)
            if isinstance(piece, str):
                add_bare(pieces, piece)
            else:
                pieces.append(piece)

    def _ansi(self) -> str:
        self.note("ansi-quote")
        start = self.at
        match = _ANSI.match(self.text, start + 2)
        if not match:
            self.fail("unterminated", detail="`$'`")
        self.at = match.end()
        decoded = decode(match[0][:-1])
        if decoded is None:
            self.fail("syntax", start, "an escape in `$'...'` without a fixed meaning")
        return decoded

    def double_pieces(self) -> list[Piece]:
        """Pieces of a double-quoted string; the opening quote is passed already."""
        start = self.at
        pieces = self.inside_double(_DOUBLE_RUN, escapes='$`"\\')
        if not self.text.startswith('"', self.at):
            self.fail("unterminated", start, "double quote")
        self.at += 1
        return pieces or [""]

    def inside_double(self, run: re.Pattern[str], *, escapes: str, here: bool = False) -> list[Piece]:
        """Pieces by the rules of double quotes up to a character that `run` does not take."""
        pieces: list[Piece] = []
        while True:
            match = run.match(self.text, self.at)
            if match:
                self.at = match.end()
                add_text(pieces, match[0])
            following = self.text[self.at : self.at + 1]
            if following == "$":
                self.cut_at(self.at + 1)
                piece = self.dollar(quoted=True, here=here)
                if isinstance(piece, str):
                    add_text(pieces, piece)
                else:
                    pieces.append(piece)
            elif following == "\\":
                if not self.cut_here():
                    escaped = self.text[self.at + 1 : self.at + 2]
                    add_text(pieces, escaped if escaped and escaped in escapes else "\\" + escaped)
                    self.at += 1 + len(escaped)
            elif following == "`":
                pieces.append(self.backtick(quoted=True, here=here))
            else:
                return pieces

    def here_pieces(self) -> list[Piece]:
        """The pieces of a whole here-document body (its delimiter unquoted)."""
        return self.inside_double(_HERE_RUN, escapes="$`\\", here=True)

    def double_text(self) -> list[Piece]:
        """The pieces of the whole text as bash expands a string by the rules of double quotes."""
        return self.inside_double(_HERE_RUN, escapes='$`"\\')

    def soft_single(self) -> list[Piece]:
        """Single quotes that bash skips over when it looks for the end, but that do not stop expansion."""
        start = self.at
        content = self.single()
        if self.text[start - 1] == "$" or _HALTING & set(content):
            self.fail("quote-in-expansion", start)
        end = self.at
        self.at = start + 1
        pieces: list[Piece] = ["'"]
        pieces += self.inside_double(_SOFT_RUN, escapes="")
        if self.at != end - 1:
            self.fail("quote-in-expansion", start)
        self.at = end
        pieces.append("'")
        return pieces
