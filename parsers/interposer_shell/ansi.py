"""ANSI-C quoting: what `$'...'` stands for (bash manual 3.1.2.4)."""

import re

_ESCAPE = re.compile(
    r"\\(?:x\{([0-9a-fA-F]*)\}|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c(\\\\|[^\\])|(.))",
    re.DOTALL,
)
_SIMPLE = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LITERAL = frozenset("\\'\"?")


def decode(body: str) -> str | None:
    r"""The text that `$'body'` stands for, cut at the first NUL as bash does; None where it has no fixed meaning.

    `\x{...}` and a code point that is no character have none; bytes that do not form UTF-8 are surrogate escapes.
    """
    out = bytearray()
    position = 0
    for match in _ESCAPE.finditer(body):
        out += body[position : match.start()].encode()
        position = match.end()
        piece = _one(match)
        if piece is None:
            return None
        if piece == b"\0":
            return _text(out)
        out += piece
    out += body[position:].encode()
    return _text(out)


def _text(out: bytearray) -> str:
    return out.decode("utf-8", "surrogateescape")


def _one(match: re.Match[str]) -> bytes | None:
    braced, hexa, short, long, octal, control, other = match.groups()
    if braced is not None:
        return None
    if hexa is not None:
        return bytes((int(hexa, 16),))
    if octal is not None:
        return bytes((int(octal, 8) & 0xFF,))
    point = short if short is not None else long
    if point is not None:
        return _point(int(point, 16))
    if control is not None:
        last = control[-1]
        return bytes((ord(last.upper()) & 0x1F,)) if last != "?" and last.isascii() else None
    if other in _SIMPLE:
        return _SIMPLE[other].encode()
    return other.encode() if other in _LITERAL else b"\\" + other.encode()


def _point(value: int) -> bytes | None:
    if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:  # noqa: PLR2004 (the limits of Unicode)
        return None
    return chr(value).encode()
