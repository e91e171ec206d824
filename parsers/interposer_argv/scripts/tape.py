"""A script word as plain text that a reader can walk, with its unknown pieces kept as single opaque characters."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from interposer_argv.reading import GrammarError
from interposer_shell.word import Unknown, Word

LIMIT = 65_536
"""Characters of script text that a reader takes."""

_FIRST = 0x30000
_MOST = 0xF00


def refuse(message: str) -> GrammarError:
    """The error for text that cannot be read soundly or that the tool itself rejects."""
    return GrammarError("script", message)


@dataclass(frozen=True, slots=True)
class Tape:
    """One script text.

    Attributes:
        text: the script; each unknown piece is one rare ideograph (CJK extension G), a letter to every language that
        allows
            letters beyond ASCII and a meaning to none.
        unknowns: the pieces, in the order of their characters.
        span: the span of the word that the script stood in.
    """

    text: str
    unknowns: tuple[Unknown, ...] = ()
    span: tuple[int, int] = (0, 0)

    def word(self, text: str) -> Word:
        """`text`, which may hold opaque characters of this tape, as a word."""
        if not self.unknowns:
            return Word((text,) if text else (), self.span)
        parts: list[str | Unknown] = []
        start = 0
        for place, char in enumerate(text):
            if is_opaque(char):
                if start < place:
                    parts.append(text[start:place])
                parts.append(self.unknowns[ord(char) - _FIRST])
                start = place + 1
        if start < len(text):
            parts.append(text[start:])
        return Word(tuple(parts), self.span)

    def source(self, text: str) -> str:
        """`text` with the source of its unknown pieces, for messages and for `Unknown.text`."""
        return self.word(text).source


def is_opaque(char: str) -> bool:
    """Whether `char` stands for an unknown piece."""
    return len(char) == 1 and _FIRST <= ord(char) < _FIRST + _MOST


def has_opaque(text: str) -> bool:
    """Whether `text` holds an unknown piece."""
    return not text.isascii() and any(is_opaque(char) for char in text)


def tape(word: Word) -> Tape:
    """The word as a tape.

    Raises:
        GrammarError: the text is longer than `LIMIT`, holds NUL or one of the opaque characters itself.
    """
    pieces: list[str] = []
    unknowns: list[Unknown] = []
    for part in word.parts:
        if isinstance(part, Unknown):
            pieces.append(chr(_FIRST + len(unknowns)))
            unknowns.append(part)
        elif "\0" in part or has_opaque(part):
            raise refuse("the script holds a character that no script has")
        else:
            pieces.append(part)
    text = "".join(pieces)
    if len(text) > LIMIT or len(unknowns) > _MOST:
        raise refuse(f"the script is longer than {LIMIT} characters")
    return Tape(text, tuple(unknowns), word.span)


def joined(parts: Iterable[str | Unknown]) -> tuple[str | Unknown, ...]:
    """Parts of a word without empty pieces and without two static pieces side by side."""
    result: list[str | Unknown] = []
    for part in parts:
        if isinstance(part, str) and result and isinstance(result[-1], str):
            result[-1] += part
        elif part:
            result.append(part)
    return tuple(result)


@dataclass(slots=True)
class Cursor:
    """A place in a text; reading past the end gives ""."""

    text: str
    at: int = 0
    end: int = field(init=False)

    def __post_init__(self) -> None:
        self.end = len(self.text)

    def peek(self, ahead: int = 0) -> str:
        """The character at the place, without moving."""
        place = self.at + ahead
        return self.text[place] if place < self.end else ""

    def take(self) -> str:
        """The character at the place, moving behind it."""
        char = self.peek()
        self.at += 1 if char else 0
        return char

    def skip(self, chars: str) -> None:
        """Move behind all characters out of `chars`."""
        while self.at < self.end and self.text[self.at] in chars:
            self.at += 1

    def until(self, chars: str) -> str:
        """The text up to one out of `chars` or the end; the place is then that character's."""
        start = self.at
        while self.at < self.end and self.text[self.at] not in chars:
            self.at += 1
        return self.text[start : self.at]

    def line(self) -> str:
        """The rest of the line, moving behind its newline."""
        start = self.at
        stop = self.text.find("\n", start)
        self.at = self.end if stop < 0 else stop + 1
        return self.text[start : self.end if stop < 0 else stop]
