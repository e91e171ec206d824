"""Brace expansion, step by step as bash does it (bash manual 3.5.1; braces.c), over characters and opaque pieces."""

import re
from typing import Final

from interposer_shell.tree import Bare, Piece

MAX_WORDS: Final = 512
"""A word may give so many words; more is refused by the caller."""

Atom = str | tuple[Piece]
"""One unquoted character, or a piece that brace expansion does not look into."""
_Atoms = list[Atom]

_SEQUENCE = re.compile(r"(-?[0-9]+|[A-Za-z])\.\.(-?[0-9]+|[A-Za-z])(?:\.\.(-?[0-9]+))?")
_MAX_DIGITS = 9
_MAX_TEXT = 4_000
_MAX_BRACES = 32


class TooManyWordsError(Exception):
    """The word gives more than `MAX_WORDS` words."""


def expand(pieces: tuple[Piece, ...]) -> list[tuple[Piece, ...]]:
    """The words that the pieces of one word give, in bash's order; one where nothing expands."""
    text = "".join(piece.text for piece in pieces if isinstance(piece, Bare))
    if len(text) > _MAX_TEXT or text.count("{") > _MAX_BRACES:
        raise TooManyWordsError
    atoms: _Atoms = []
    for piece in pieces:
        if isinstance(piece, Bare):
            atoms += piece.text
        else:
            atoms.append((piece,))
    return [_pieces(word) for word in _expand(atoms)]


def _pieces(atoms: _Atoms) -> tuple[Piece, ...]:
    out: list[Piece] = []
    run: list[str] = []
    for atom in atoms:
        if isinstance(atom, str):
            run.append(atom)
            continue
        if run:
            out.append(Bare("".join(run)))
            run = []
        out.append(atom[0])
    if run:
        out.append(Bare("".join(run)))
    return tuple(out)


def _gobble(atoms: _Atoms, at: int, wanted: str) -> int:
    """Offset of the next `wanted` at level 0, or -1; a `}` counts only behind a `,` or `..` (brace_gobbler)."""
    level = 0
    separators = 0 if wanted == "}" else 1
    while at < len(atoms):
        atom = atoms[at]
        if atom == wanted and level == 0 and separators:
            alone = atom == "{" and at == 0 and (len(atoms) == 1 or atoms[1] == "}")
            if not alone:
                return at
            at += 1
            continue
        if atom == "{":
            level += 1
        elif atom == "}" and level:
            level -= 1
        elif wanted == "}" and level == 0 and (atom == "," or _is_range(atoms, at)):
            separators += 1
        at += 1
    return -1


def _is_range(atoms: _Atoms, at: int) -> bool:
    return atoms[at] == "." and atoms[at + 1 : at + 2] == ["."] and atoms[at + 2 : at + 3] != ["}"]


def _expand(atoms: _Atoms) -> list[_Atoms]:
    opening = _gobble(atoms, 0, "{")
    while opening >= 0:
        closing = _gobble(atoms, opening + 1, "}")
        if closing >= 0:
            break
        opening = _gobble(atoms, opening + 1, "{")
    if opening < 0:
        return [atoms]
    inside = atoms[opening + 1 : closing]
    behind = atoms[closing + 1 :]
    middle: list[_Atoms]
    if "," in inside:
        middle = _alternatives(inside)
    else:
        series = _series(inside)
        if series is None and not behind:
            return [atoms]
        middle = [atoms[opening : closing + 1]] if series is None else series
    tails = _expand(behind) if behind else [[]]
    if len(middle) * len(tails) > MAX_WORDS:
        raise TooManyWordsError
    return [atoms[:opening] + one + tail for one in middle for tail in tails]


def _alternatives(inside: _Atoms) -> list[_Atoms]:
    out: list[_Atoms] = []
    at = 0
    while True:
        end = _gobble(inside, at, ",")
        out += _expand(inside[at:] if end < 0 else inside[at:end])
        if len(out) > MAX_WORDS:
            raise TooManyWordsError
        if end < 0:
            return out
        at = end + 1


def _series(inside: _Atoms) -> list[_Atoms] | None:
    """The words of `x..y[..step]`, or None where it is no sequence."""
    if not all(isinstance(atom, str) for atom in inside):
        return None
    match = _SEQUENCE.fullmatch("".join(atom for atom in inside if isinstance(atom, str)))
    if not match:
        return None
    first, last, step = match.groups()
    if max(len(first), len(last), len(step or "")) > _MAX_DIGITS:
        raise TooManyWordsError
    if first.isalpha() != last.isalpha():
        return None
    begin, end = (ord(first), ord(last)) if first.isalpha() else (int(first), int(last))
    stride = abs(int(step)) if step and int(step) else 1
    if abs(end - begin) // stride >= MAX_WORDS:
        raise TooManyWordsError
    numbers = range(begin, end + 1, stride) if begin <= end else range(begin, end - 1, -stride)
    if first.isalpha():
        return [_letter(number) for number in numbers]
    width = max(len(first), len(last)) if _padded(first) or _padded(last) else 0
    return [list(f"{number:0{width}d}") for number in numbers]


def _letter(number: int) -> _Atoms:
    # `{A..z}` passes through characters that would be special if they stood in the text; here they are quoted.
    return [(chr(number),)]


def _padded(number: str) -> bool:
    digits = number.lstrip("-")
    return len(digits) > 1 and digits[0] == "0"
