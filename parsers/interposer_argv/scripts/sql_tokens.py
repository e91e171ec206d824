"""Statements of a database shell: SQL tokens, and the lines that the shell itself takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from interposer_argv.scripts.tape import Cursor, Tape, refuse


@dataclass(frozen=True, slots=True)
class Token:
    """One SQL token; a string's text is its value, a `line` is a whole command of the shell."""

    kind: Literal["name", "string", "op", "line"]
    text: str


def statements(
    script: Tape, *, backslash: bool, lines: bool, client: frozenset[str] = frozenset()
) -> Iterator[list[Token]]:
    """The statements of `script`, none of them empty.

    Args:
        script: the text.
        backslash: a backslash outside quotes begins a command of the shell, to the end of the line (psql, mysql).
        lines: a dot at the beginning of a line where a statement may begin is such a command (sqlite3).
        client: names that begin such a command where a statement may begin (mysql).
    """
    cursor = Cursor(script.text)
    words: list[Token] = []
    while True:
        cursor.skip(" \t\r\n\f\v")
        char = cursor.peek()
        if not char:
            break
        if (backslash and char == "\\") or (lines and char == "." and not words and _begins_line(cursor)):
            if words:
                yield words
            words = []
            yield [Token("line", cursor.line().rstrip())]
        elif char == ";":
            cursor.take()
            if words:
                yield words
            words = []
        elif not words and client and _word(cursor) in client:
            yield [Token("line", cursor.line())]
        else:
            token = _token(cursor, backslash=bool(client))
            if token is not None:
                words.append(token)
    if words:
        yield words


def _begins_line(cursor: Cursor) -> bool:
    """Whether only blanks stand before the cursor on its line."""
    return not cursor.text[cursor.text.rfind("\n", 0, cursor.at) + 1 : cursor.at].strip()


def _word(cursor: Cursor) -> str:
    """The name at the cursor in lower case, without moving."""
    start = cursor.at
    stop = start
    while stop < cursor.end and (cursor.text[stop].isalnum() or cursor.text[stop] == "_"):
        stop += 1
    return cursor.text[start:stop].lower()


def _token(cursor: Cursor, *, backslash: bool) -> Token | None:
    """One token, None for a comment."""
    start = cursor.at
    char = cursor.take()
    if char == "-" and cursor.peek() == "-":
        cursor.until("\n")
        return None
    if char == "/" and cursor.peek() == "*":
        stop = cursor.text.find("*/", cursor.at + 1)
        if stop < 0:
            raise refuse("sql: a comment is not closed")
        cursor.at = stop + 2
        return None
    if char in "'\"`":
        escapes = backslash or (char == "'" and start > 0 and cursor.text[start - 1] in "eE")
        return Token("string", _quoted(cursor, char, escapes=escapes))
    if char == "$" and (cursor.peek() == "$" or cursor.peek().isalpha()):
        return _dollar(cursor, start)
    if char.isalnum() or char == "_":
        while (follower := cursor.peek()) and (follower.isalnum() or follower in "_$."):
            cursor.take()
        return Token("name", cursor.text[start : cursor.at])
    return Token("op", char)


def _quoted(cursor: Cursor, quote: str, *, escapes: bool) -> str:
    """The value of a quoted text; the quote written twice stands for itself."""
    result: list[str] = []
    while char := cursor.take():
        if char == quote:
            if cursor.peek() != quote:
                return "".join(result)
            cursor.take()
            result.append(quote)
        elif char == "\\" and escapes:
            result.append(cursor.take())
        else:
            result.append(char)
    raise refuse("sql: a string is not closed")


def _dollar(cursor: Cursor, start: int) -> Token:
    """PostgreSQL's `$tag$ .. $tag$`."""
    while cursor.peek().isalnum() or cursor.peek() == "_":
        cursor.take()
    if cursor.peek() != "$":
        return Token("op", "$")
    cursor.take()
    tag = cursor.text[start : cursor.at]
    stop = cursor.text.find(tag, cursor.at)
    if stop < 0:
        raise refuse("sql: a string is not closed")
    body = cursor.text[cursor.at : stop]
    cursor.at = stop + len(tag)
    return Token("string", body)
