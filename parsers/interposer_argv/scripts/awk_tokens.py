"""The tokens of an awk program."""

from dataclasses import dataclass
from typing import Final, Literal

from interposer_argv.scripts.tape import Cursor, Tape, is_opaque, refuse

_OPERATORS: Final = (
    "**=", "**", "|&", "&&", "||", ">>", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", "!~",
)  # fmt: skip
_SINGLE: Final = frozenset("{}()[];,+-*/%^!<>|?:~$=@\n")
_BEFORE_REGEX: Final = frozenset(
    {"in", "print", "printf", "return", "exit", "else", "do", "case", "delete", "BEGIN", "END"}
)
_HEADS: Final = frozenset({"if", "while", "for", "switch"})
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_DIGITS: Final = frozenset("0123456789")
_ESCAPES: Final = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "/": "/",
    '"': '"',
    "\\": "\\",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        text: as written; of a string its value.
        start: offset of its first character.
        stop: offset behind its last.
        mate: index of the bracket that belongs to it, -1 for other tokens.
        head: a `)` that closes the condition of `if`, `while`, `for` or `switch`.
    """

    kind: Literal["name", "number", "string", "regex", "op", "opaque", "end"]
    text: str
    start: int
    stop: int
    mate: int = -1
    head: bool = False


def tokens(script: Tape) -> list[Token]:
    """All tokens of `script`; the last one has kind `end`.

    Raises:
        GrammarError: a string or pattern without its end, brackets that do not match, a character unknown to awk.
    """
    cursor = Cursor(script.text)
    result: list[Token] = []
    open_at: list[int] = []
    while True:
        _space(cursor)
        start = cursor.at
        char = cursor.peek()
        if not char:
            break
        token = _token(cursor, result, start, char)
        if token.kind == "op" and token.text in {"(", "[", "{"}:
            open_at.append(len(result))
        elif token.kind == "op" and token.text in _PAIRS:
            if not open_at or result[open_at[-1]].text != _PAIRS[token.text]:
                raise refuse(f"awk: `{token.text}` closes nothing")
            mate = open_at.pop()
            head = (
                token.text == ")" and bool(mate) and result[mate - 1].text in _HEADS and result[mate - 1].kind == "name"
            )
            result[mate] = Token("op", result[mate].text, result[mate].start, result[mate].stop, len(result))
            token = Token("op", token.text, start, cursor.at, mate, head)
        result.append(token)
    if open_at:
        raise refuse(f"awk: `{result[open_at[-1]].text}` is not closed")
    end = Token("end", "", cursor.at, cursor.at)
    return [*result, end, end, end]


def _space(cursor: Cursor) -> None:
    """Move behind blanks, comments and continued lines; the newline that ends a comment stays."""
    while True:
        cursor.skip(" \t\r\f\v")
        if cursor.peek() == "#":
            cursor.until("\n")
        elif cursor.peek() == "\\" and cursor.peek(1) == "\n":
            cursor.at += 2
        elif cursor.peek() == "\\" and cursor.peek(1) == "\r" and cursor.peek(2) == "\n":
            cursor.at += 3
        else:
            return


def _token(cursor: Cursor, before: list[Token], start: int, char: str) -> Token:
    """The token at the cursor."""
    if is_opaque(char):
        return Token("opaque", cursor.take(), start, cursor.at)
    if char in _LETTERS:
        return Token("name", _name(cursor), start, cursor.at)
    if char in _DIGITS or (char == "." and cursor.peek(1) in _DIGITS):
        return Token("number", _number(cursor), start, cursor.at)
    if char == '"':
        return Token("string", _string(cursor), start, cursor.at)
    if char == "/" and _regex_may_stand(before):
        return Token("regex", _regex(cursor), start, cursor.at)
    for operator in _OPERATORS:
        if cursor.text.startswith(operator, cursor.at):
            cursor.at += len(operator)
            return Token("op", operator, start, cursor.at)
    if char not in _SINGLE:
        raise refuse(f"awk: unexpected character `{char}`")
    return Token("op", cursor.take(), start, cursor.at)


def _regex_may_stand(before: list[Token]) -> bool:
    """Whether a `/` begins a pattern here: it does unless an operand ends before it."""
    if not before:
        return True
    last = before[-1]
    if last.kind in {"number", "string", "regex", "opaque"}:
        return False
    if last.kind == "name":
        if last.text == "getline":
            raise refuse("awk: `/` behind getline is read differently by different awks")
        return last.text in _BEFORE_REGEX
    return last.head or last.text not in {")", "]", "++", "--", "$"}


def _name(cursor: Cursor) -> str:
    """A name; gawk's namespace `awk::` means the plain name."""
    start = cursor.at
    while (char := cursor.peek()) and (char in _LETTERS or char in _DIGITS or _is_namespace(cursor)):
        cursor.at += 2 if char == ":" else 1
    return cursor.text[start : cursor.at].removeprefix("awk::")


def _is_namespace(cursor: Cursor) -> bool:
    """Whether `::` between two names stands at the cursor."""
    return cursor.peek() == ":" and cursor.peek(1) == ":" and cursor.peek(2) in _LETTERS


def _number(cursor: Cursor) -> str:
    """A number: decimal, with fraction and exponent, or hexadecimal."""
    start = cursor.at
    while (char := cursor.peek()) and (
        char.isalnum() or char == "." or (char in "+-" and cursor.text[cursor.at - 1] in "eE")
    ):
        if not (char in _DIGITS or char in ".eE+-xXabcdfABCDF"):
            break
        cursor.take()
    return cursor.text[start : cursor.at]


def _string(cursor: Cursor) -> str:
    """The value of a string."""
    cursor.take()
    parts: list[str] = []
    while char := cursor.take():
        if char == '"':
            return "".join(parts)
        if char == "\n":
            break
        parts.append(_escape(cursor) if char == "\\" else char)
    raise refuse("awk: unterminated string")


def _escape(cursor: Cursor) -> str:
    """What stands behind a backslash; before other characters the backslash is dropped or kept: both are data."""
    char = cursor.take()
    if char == "\r" and cursor.peek() == "\n":
        char = cursor.take()
    if char == "\n":
        return ""
    if char in _ESCAPES:
        return _ESCAPES[char]
    digits = ""
    if char and char in "01234567":
        digits = char
        while len(digits) < 3 and cursor.peek() and cursor.peek() in "01234567":  # noqa: PLR2004 - three octal digits
            digits += cursor.take()
        return chr(int(digits, 8) & 0xFF or 0xFFFD)
    if char == "x":
        while len(digits) < 2 and cursor.peek() and cursor.peek() in "0123456789abcdefABCDEF":  # noqa: PLR2004 - two
            digits += cursor.take()
        return chr(int(digits, 16) or 0xFFFD) if digits else "x"
    return char


def _regex(cursor: Cursor) -> str:
    """A pattern with its slashes; a slash inside brackets does not end it."""
    start = cursor.at
    cursor.take()
    bracket = False
    while char := cursor.take():
        if char == "\\":
            cursor.take()
        elif char == "\n":
            break
        elif bracket:
            bracket = char != "]"
        elif char == "[":
            bracket = True
            cursor.skip("^")
            if cursor.peek() == "]":
                cursor.take()
        elif char == "/":
            return cursor.text[start : cursor.at]
    raise refuse("awk: unterminated pattern")
