"""Here-documents: where a body ends, by bash's own reading of lines (bash manual 3.6.6; make_cmd.c)."""

from typing import NamedTuple

from interposer_shell.tree import HereDocument


class Body(NamedTuple):
    """A body's text and the offset behind its delimiter line; `closed` is false where the text ended first."""

    text: str
    end: int
    closed: bool


def read_body(text: str, start: int, here: HereDocument, *, nested: bool) -> Body | None:
    """The body that begins at `start`; None where bash reads its end in a way of its own.

    A continuation joins lines before they are compared with the delimiter, unless it is quoted. Inside `$( )` bash
    5.2 also ends a body at a line that begins with the delimiter and holds a `)`.
    """
    lines: list[str] = []
    at = start
    while at < len(text):
        line, at, ended = _line(text, at, joined=not here.quoted)
        if here.strip:
            line = line.lstrip("\t")
        if line == here.delimiter and (ended or not nested):
            return Body("".join(lines), at, closed=True)
        if nested and line.startswith(here.delimiter) and ")" in line[len(here.delimiter) :]:
            return None
        lines.append(line + "\n" if ended else line)
    return None if nested else Body("".join(lines), at, closed=False)


def _line(text: str, at: int, *, joined: bool) -> tuple[str, int, bool]:
    """The line at `at` without its newline, where the next one begins, and whether a newline ended it."""
    parts: list[str] = []
    while True:
        end = text.find("\n", at)
        if end < 0:
            parts.append(text[at:])
            return "".join(parts), len(text), False
        part = text[at:end]
        at = end + 1
        if not joined or (len(part) - len(part.rstrip("\\"))) % 2 == 0:
            parts.append(part)
            return "".join(parts), at, True
        parts.append(part[:-1])
