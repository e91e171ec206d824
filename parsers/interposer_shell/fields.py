"""The words that one word is split into, as they grow (bash manual 3.5.7, 3.5.8)."""

import re
from typing import Final

from interposer_shell.word import Unknown, Word

_Part = str | Unknown
_MAX_PATTERN = 4_096  # no file has a longer path
_GLOB = re.compile(r"[*?]+|\[(?:[!^]?\](?=[^\]]*\]))?[^\]]*\]")
_BLANKS = re.compile(r"[ \t\n]+")
MAGIC: Final = frozenset("*?[")
"""What may begin a pathname pattern."""


class Fields:
    """The words that one word is split into, as they grow."""

    __slots__ = ("_done", "_many", "_open", "_parts", "_span")

    def __init__(self, span: tuple[int, int]) -> None:
        self._span = span
        self._done: list[Word] = []
        self._parts: list[_Part] = []
        self._open = False
        self._many = False

    def text(self, text: str) -> None:
        """Add text that stands for itself."""
        self._open = True
        if not text:
            return
        if self._parts and isinstance(self._parts[-1], str):
            self._parts[-1] += text
        else:
            self._parts.append(text)

    def exists(self) -> None:
        """The word exists even if nothing is in it (a quoted expansion)."""
        self._open = True

    def unknown(self, unknown: Unknown) -> None:
        """Add an unknown piece."""
        self._open = True
        self._many = self._many or unknown.many
        self._parts.append(unknown)

    def split(self, text: str) -> None:
        """Add the value of an unquoted variable: it is split at blanks, and patterns in it count."""
        for number, field in enumerate(_BLANKS.split(text)):
            if number:
                self._close()
            if field:
                # What follows may close a bracket: then the whole is unknown.
                self.pattern(field, closes=True)

    def words_of(self, items: list[Word]) -> None:
        """Add the items of an array: the first is joined to what stands before, the last to what follows."""
        for number, item in enumerate(items):
            if number:
                self._close()
            self._open = True
            for part in item.parts:
                if isinstance(part, str):
                    self.text(part)
                else:
                    self.unknown(part)

    def _close(self) -> None:
        if self._open:
            self._done.append(Word(tuple(self._parts), self._span, self._many))
        self._parts = []
        self._open = False
        self._many = False

    def words(self) -> list[Word]:
        """The words that it came to."""
        self._close()
        return self._done

    def single(self) -> Word:
        """All of it as one word, not split."""
        return Word(tuple(self._parts), self._span, self._many)

    def pattern(self, text: str, *, closes: bool) -> None:
        """Add unquoted text whose pathname patterns are unknown pieces; `closes` where more may follow in a bracket."""
        if not MAGIC & set(text):
            self.text(text)
            return
        if len(text) > _MAX_PATTERN:
            self.unknown(Unknown("glob", text, many=True))
            return
        at = 0
        for match in _GLOB.finditer(text):
            if match.start() > at:
                self.text(text[at : match.start()])
            self.unknown(Unknown("glob", match[0], many=True))
            at = match.end()
        rest = text[at:]
        if "[" in rest and closes:
            # The bracket may be closed behind a quoted or expanded piece: all of it is unknown then.
            head, _, tail = rest.partition("[")
            if head:
                self.text(head)
            self.unknown(Unknown("glob", "[" + tail, many=True))
        elif rest:
            self.text(rest)
