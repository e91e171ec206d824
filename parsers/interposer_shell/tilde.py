"""Tilde expansion: where a `~` begins a login (bash manual 3.5.2)."""

import re
from typing import NamedTuple

from interposer_shell.tree import Bare, Piece

_ASSIGNING = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_LOGIN = re.compile(r"~([A-Za-z_][A-Za-z0-9_.-]*|[+-]?[0-9]+|[+-]|)(?=/|:|\Z)")


class Login(NamedTuple):
    """A `~` that is expanded; `name` is what stands behind it, `argument` where bash alone expands it."""

    name: str
    argument: bool


def logins(pieces: tuple[Piece, ...], *, colons: bool, assigned: bool) -> list[Piece | Login]:
    """The pieces with each `~` at the beginning, or behind `=` and `:` of an assignment, as a piece of its own.

    Args:
        pieces: those of one word.
        colons: it is an assignment's value: a `~` behind `:` counts.
        assigned: it stands behind `NAME=` already; an argument may hold such a prefix itself.
    """
    first = pieces[0] if pieces else ""
    prefix = _ASSIGNING.match(first.text) if isinstance(first, Bare) and not assigned else None
    place = 0 if prefix is None else prefix.end()
    out: list[Piece | Login] = []
    for number, piece in enumerate(pieces):
        if isinstance(piece, Bare) and "~" in piece.text:
            out += _split(
                piece.text,
                place=None if number else place,
                last=number == len(pieces) - 1,
                colons=colons or prefix is not None,
                argument=prefix is not None,
            )
        else:
            out.append(piece)
    return out


def _split(text: str, *, place: int | None, last: bool, colons: bool, argument: bool) -> list[Piece | Login]:
    """One unquoted piece; a `~` counts at `place`, and behind a `:` where `colons` says so."""
    out: list[Piece | Login] = []
    at = 0
    while (tilde := text.find("~", at)) >= 0:
        begins = tilde == place or (colons and tilde > 0 and text[tilde - 1] == ":")
        login = _LOGIN.match(text, tilde) if begins else None
        if login is None or not _ends(login.end(), text, last=last, colons=colons):
            out.append(Bare(text[at : tilde + 1]))
            at = tilde + 1
            continue
        if tilde > at:
            out.append(Bare(text[at:tilde]))
        out.append(Login(login[1], argument))
        at = login.end()
    if at < len(text):
        out.append(Bare(text[at:]))
    return out


def _ends(end: int, text: str, *, last: bool, colons: bool) -> bool:
    """Whether the login ends with the word, or at something that may end one."""
    return last if end == len(text) else colons or text[end] != ":"
