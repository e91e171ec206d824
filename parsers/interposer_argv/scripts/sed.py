"""GNU sed scripts: the whole command grammar, read character by character as sed's compile.c does.

Facts: GNU sed manual 4.9, sections 3 to 5; where it is silent, what sed 4.9 does (tests hold both together).
"""

from typing import Final

from interposer_argv.scripts.found import Found, computed, found
from interposer_argv.scripts.tape import Cursor, Tape, has_opaque, is_opaque, refuse

_BLANK: Final = " \t"
_SPACE: Final = " \t\n\v\f\r"
_PLAIN: Final = frozenset("=dDFgGhHnNpPxz")
_LABELLED: Final = frozenset(":btTv")
_FILES: Final = {"r": "read", "R": "read", "w": "write", "W": "write"}
_STANDARD: Final = frozenset({"/dev/stdin", "/dev/stdout", "/dev/stderr"})
_CONTROLS: Final = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_BASES: Final = {"d": (10, 3), "o": (8, 3), "x": (16, 2)}


def read(script: Tape) -> list[Found]:
    """What `script` does.

    Braces need not balance: several `-e` are one script, and each may come alone.
    """
    cursor = Cursor(script.text)
    result: list[Found] = []
    while True:
        cursor.skip(_SPACE + ";")
        if not cursor.peek():
            return result
        addressed = _addresses(cursor)
        name = cursor.take()
        if addressed and name in {"", "#", ":", "}"}:
            raise refuse(f"sed: `{name or 'nothing'}` takes no address")
        _command(script, cursor, name, result)


def _command(  # noqa: C901, PLR0912 - one branch for each family of commands
    script: Tape, cursor: Cursor, name: str, result: list[Found]
) -> None:
    """One command whose name is read."""
    if name == "#":
        cursor.line()
    elif name == "{":
        return
    elif name == "}" or name in _PLAIN:
        _end(cursor)
    elif name in _LABELLED:
        cursor.skip(_BLANK)
        label = cursor.until(_SPACE + ";}")
        if name == ":" and not label:
            raise refuse("sed: `:` lacks a label")
    elif name in {"q", "Q", "l", "L"}:
        _number(cursor)
        _end(cursor)
    elif name in {"a", "i", "c"}:
        cursor.skip(_BLANK)
        if not cursor.peek():
            raise refuse(f"sed: `{name}` lacks its text")
        _text(cursor)
    elif name == "e":
        result.append(_execute(script, cursor))
    elif name in _FILES:
        _file(script, cursor, _FILES[name], f"sed command {name}", result)
    elif name == "s":
        _substitute(script, cursor, result)
    elif name == "y":
        delimiter = _delimiter(cursor)
        _delimited(cursor, delimiter, "y")
        _delimited(cursor, delimiter, "y")
        _end(cursor)
    else:
        raise refuse(f"sed: unknown command `{script.source(name)}`")


def _addresses(cursor: Cursor) -> bool:
    """Move behind addresses and `!`; whether there was an address."""
    found_one = _address(cursor, second=False)
    if found_one:
        cursor.skip(_BLANK)
        if cursor.peek() == ",":
            cursor.take()
            cursor.skip(_BLANK)
            if not _address(cursor, second=True):
                raise refuse("sed: unexpected `,`")
            cursor.skip(_BLANK)
    if cursor.peek() == "!":
        cursor.take()
        cursor.skip(_BLANK)
        if cursor.peek() == "!":
            raise refuse("sed: multiple `!`")
    return found_one


def _address(cursor: Cursor, *, second: bool) -> bool:
    """Move behind one address, if there is one."""
    char = cursor.peek()
    if char == "$":
        cursor.take()
    elif char in {"/", "\\"}:
        cursor.take()
        delimiter = "/" if char == "/" else _delimiter(cursor)
        _delimited(cursor, delimiter, "address")
        cursor.skip(_BLANK + "IM")
    elif char and (char.isdecimal() or is_opaque(char)):
        _number(cursor)
        cursor.skip(_BLANK)
        if cursor.peek() == "~":
            cursor.take()
            _number(cursor)
    elif char and char in "+~" and second:
        cursor.take()
        _number(cursor)
    else:
        return False
    return True


def _number(cursor: Cursor) -> None:
    """Move behind blanks and digits; an unknown piece stands for digits."""
    cursor.skip(_BLANK)
    while (char := cursor.peek()) and (char in "0123456789" or is_opaque(char)):
        cursor.take()


def _end(cursor: Cursor) -> None:
    """Move behind the end of a command that takes nothing more."""
    cursor.skip(_BLANK)
    char = cursor.peek()
    if char and char in "\n;":
        cursor.take()
    elif char and char not in "}#":
        raise refuse(f"sed: extra characters after command at character {cursor.at}")


def _delimiter(cursor: Cursor) -> str:
    """The delimiter that follows `s`, `y` or a backslash."""
    char = cursor.take()
    if not char or char == "\n" or not char.isascii():
        raise refuse("sed: the delimiter is missing or cannot be known")
    return char


def _delimited(cursor: Cursor, delimiter: str, what: str) -> str:
    r"""The text up to an unescaped `delimiter`, as written.

    Brackets do not protect a delimiter. A newline must be escaped, or be part of `y` or a replacement by `\` newline.
    """
    start = cursor.at
    while char := cursor.take():
        if char == delimiter:
            return cursor.text[start : cursor.at - 1]
        if char == "\\":
            char = cursor.take()
        elif char == "\n":
            break
    raise refuse(f"sed: unterminated `{what}`")


def _text(cursor: Cursor) -> str:
    r"""The text of `a`, `i`, `c` and `e`, with sed's escapes applied.

    A backslash straight behind the name is dropped, with the newline that may follow it; a line that ends in a
    backslash goes on.
    """
    if cursor.peek() == "\\":
        cursor.take()
        if cursor.peek() == "\n":
            cursor.take()
    parts: list[str] = []
    while (char := cursor.take()) and char != "\n":
        parts.append(_escape(cursor) if char == "\\" else char)
    return "".join(parts)


def _escape(cursor: Cursor) -> str:
    r"""What stands behind a backslash in text: `\t`, `\cX`, `\d065`, `\o101`, `\x41`, else the character itself."""
    char = cursor.take()
    if char in _CONTROLS:
        return _CONTROLS[char]
    if char == "c" and cursor.peek().isascii() and cursor.peek() not in {"", "\n", "\\"}:
        return chr(ord(cursor.take().upper()) ^ 0x40)
    base, most = _BASES.get(char, (0, 0))
    digits = ""
    while base and len(digits) < most and _is_digit(cursor.peek(), base):
        digits += cursor.take()
    if not digits:
        return char
    value = int(digits, base) & 0xFF
    return chr(value) if 0 < value < 0x80 else "\ufffd"  # noqa: PLR2004 - a byte that is no text by itself


def _is_digit(char: str, base: int) -> bool:
    """Whether `char` is a digit in `base`."""
    return bool(char) and char.lower() in "0123456789abcdef"[:base]


def _execute(script: Tape, cursor: Cursor) -> Found:
    """`e` alone runs the pattern space; `e COMMAND` runs the rest of the line, `}` and `;` included."""
    cursor.skip(_BLANK)
    if cursor.peek() in {"", "\n"}:
        return found("shell", computed("pattern space", script.span), "sed command e")
    return found("shell", script.word(_text(cursor)), "sed command e")


def _file(script: Tape, cursor: Cursor, kind: str, what: str, result: list[Found]) -> None:
    """A file name: the rest of the line, `}` and `;` included."""
    cursor.skip(_BLANK)
    name = cursor.line()
    if not name:
        raise refuse(f"sed: missing filename in {what}")
    if name not in _STANDARD:
        result.append(found(kind, script.word(name), what))


def _substitute(script: Tape, cursor: Cursor, result: list[Found]) -> None:
    """`s` with its flags."""
    delimiter = _delimiter(cursor)
    _delimited(cursor, delimiter, "s")
    replacement = _delimited(cursor, delimiter, "s")
    executes = False
    while (char := cursor.peek()) and char not in "}#":
        cursor.take()
        if char in "\n;":
            break
        if char == "w":
            _file(script, cursor, "write", "sed s///w", result)
            break
        if char == "e":
            executes = True
        elif char not in "gpiImM0123456789 \t":
            raise refuse("sed: unknown or unknowable option to `s`")
    if executes:
        source = script.source(replacement) if has_opaque(replacement) else replacement
        result.append(found("shell", computed(source, script.span), "sed s///e"))
