"""Tokens of a programming language as far as strings, comments, patterns and brackets go."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from interposer_argv.scripts.tape import Cursor, Tape, refuse
from interposer_shell.word import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal["name", "number", "string", "command", "regex", "op", "line", "end"]
Part = str | Unknown


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        text: as written; of a string or command its source.
        parts: of a string or command its value, interpolations as unknown pieces.
        mate: of a bracket the index of its other half, -1 elsewhere.
        words: a list of words written as one token (`qw(a b)`, `%w[a b]`).
        inner: program texts inside it: interpolations, the replacement of `s///e`.
    """

    kind: Kind
    text: str
    start: int = 0
    parts: tuple[Part, ...] = ()
    mate: int = -1
    words: bool = False
    inner: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """How a string is written.

    Attributes:
        close: what ends it.
        escapes: a backslash protects the next character.
        marks: characters that begin an interpolation: `$`, `#`, `@`.
        doubled: the closing quote written twice stands for itself.
        command: the text is run.
    """

    close: str
    escapes: bool = True
    marks: str = ""
    doubled: bool = False
    command: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a language's tokens look like.

    Attributes:
        comments: what begins a comment to the end of the line.
        blocks: what begins and ends a longer comment.
        quotes: opening text to quote; longer ones first.
        slashes: `/` begins a pattern where no operand ends.
        letters: characters of names beside letters and digits.
        special: reads tokens that no table describes (`qw(..)`, here-documents), None for none.
        lines: a newline ends a statement.
    """

    comments: tuple[str, ...]
    blocks: tuple[tuple[str, str], ...]
    quotes: tuple[tuple[str, Quote], ...]
    slashes: bool = False
    letters: str = "_$"
    special: "Callable[[Tape, Cursor, list[Token]], Token | None] | None" = None
    lines: bool = False


_OPEN: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSE: Final = frozenset(")]}")
_OPERATORS: Final = (
    "=>",
    "->",
    "::",
    "==",
    "!=",
    "<=",
    ">=",
    "&&",
    "||",
    "..",
    "+=",
    "++",
    "--",
    "=~",
    "?.",
    ".=",
    "<-",
)
_ESCAPES: Final = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "0": "\ufffd",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
}
_HEADS: Final = frozenset({"if", "while", "for", "with", "elsif", "unless", "until"})
_BEFORE_PATTERN: Final = frozenset(
    {"throw", "void", "delete", "do", "await", "yield", "instanceof", "new",
        "return", "for", "foreach", "if", "unless", "and", "or", "not", "split", "grep", "when", "typeof", "case", "in",
    "of", "while", "until",
     "map", "join", "else", "x", "puts", "print"}
)  # fmt: skip


def tokens(script: Tape, lexicon: Lexicon) -> list[Token]:
    """All tokens of `script`; the last ones have kind `end`. A closing bracket alone has no mate.

    Raises:
        GrammarError: a string, comment or bracket without its end.
    """
    cursor = Cursor(script.text)
    result: list[Token] = []
    stack: list[int] = []
    while True:
        _space(cursor, lexicon, result)
        if not cursor.peek():
            break
        token = _next(script, cursor, lexicon, result)
        if token.kind == "op" and token.text in _OPEN:
            stack.append(len(result))
        elif token.kind == "op" and token.text in _CLOSE and stack and _OPEN[result[stack[-1]].text] == token.text:
            mate = stack.pop()
            opener = result[mate]
            result[mate] = Token("op", opener.text, opener.start, mate=len(result))
            token = Token("op", token.text, token.start, mate=mate)
        result.append(token)
    if stack:
        raise refuse(f"code: `{result[stack[-1]].text}` is not closed")
    end = Token("end", "", cursor.at)
    return [*result, end, end, end]


def _space(cursor: Cursor, lexicon: Lexicon, result: list[Token]) -> None:
    """Move behind blanks and comments; a newline is a token where it ends a statement."""
    while char := cursor.peek():
        if char == "\n" and lexicon.lines:
            result.append(Token("line", "\n", cursor.at))
            cursor.take()
        elif char.isspace() or (char == "\\" and cursor.peek(1) == "\n"):
            cursor.take()
        elif any(cursor.text.startswith(mark, cursor.at) for mark in lexicon.comments):
            cursor.until("\n")
        elif block := next((pair for pair in lexicon.blocks if cursor.text.startswith(pair[0], cursor.at)), None):
            stop = cursor.text.find(block[1], cursor.at + len(block[0]))
            if stop < 0:
                raise refuse("code: a comment is not closed")
            cursor.at = stop + len(block[1])
        else:
            return


def _next(script: Tape, cursor: Cursor, lexicon: Lexicon, before: list[Token]) -> Token:
    """The token at the cursor."""
    start = cursor.at
    if lexicon.special is not None and (token := lexicon.special(script, cursor, before)) is not None:
        return token
    for opening, quote in lexicon.quotes:
        if cursor.text.startswith(opening, start):
            cursor.at += len(opening)
            return string(script, cursor, quote, start)
    char = cursor.peek()
    if char.isalpha() or char in lexicon.letters:
        while (char := cursor.peek()) and (char.isalnum() or char in lexicon.letters):
            cursor.take()
        return Token("name", cursor.text[start : cursor.at], start)
    if char.isdigit():
        while (char := cursor.peek()) and (char.isalnum() or char == "."):
            cursor.take()
        return Token("number", cursor.text[start : cursor.at], start)
    if char == "/" and lexicon.slashes and pattern_may_stand(before):
        return pattern(cursor, "/", start)
    if char == "/" and lexicon.slashes:
        _unambiguous(cursor, lexicon, before)
    operator = next((text for text in _OPERATORS if cursor.text.startswith(text, start)), char)
    cursor.at += len(operator)
    return Token("op", operator, start)


def _unambiguous(cursor: Cursor, lexicon: Lexicon, before: list[Token]) -> None:
    """Refuse a `/` that could be a division or a pattern with a quote in it, behind a block or a name without sigil."""
    last = before[-1]
    named = lexicon.special is not None and last.kind == "name" and last.text.isidentifier()
    if last.text != "}" and not named:
        return
    stop = cursor.text.find("/", cursor.at + 1)
    line = cursor.text.find("\n", cursor.at)
    inside = cursor.text[cursor.at + 1 : stop] if stop >= 0 and (line < 0 or stop < line) else ""
    if any(char in inside for char in "'\"`#") or cursor.text.startswith(("//", "/*"), stop):
        raise refuse("code: a `/` that could be a division or a pattern")


def pattern_may_stand(before: list[Token]) -> bool:
    """Whether a `/` begins a pattern: no operand ends before it."""
    if not before:
        return True
    last = before[-1]
    if last.kind == "name":
        return last.text in _BEFORE_PATTERN
    if last.text == ")" and last.mate > 0:
        return before[last.mate - 1].text in _HEADS
    return last.kind in {"line", "op"} and last.text not in {")", "]", "}", "++", "--"}


def pattern(cursor: Cursor, close: str, start: int) -> Token:
    """A pattern up to `close`; a closing character inside brackets does not end it."""
    cursor.at = start + 1
    bracket = False
    while char := cursor.take():
        if char == "\\":
            cursor.take()
        elif char == "\n":
            break
        elif char == "[":
            bracket = True
        elif char == "]":
            bracket = False
        elif char == close and not bracket:
            text = cursor.text[start : cursor.at]
            return Token("regex", text, start, inner=tuple(code.partition("})")[0] for code in text.split("(?{")[1:]))
    raise refuse("code: a pattern is not closed")


def string(script: Tape, cursor: Cursor, quote: Quote, start: int) -> Token:
    """A string whose opening is read; a nested pair of its own brackets does not end it."""
    parts: list[str | Unknown] = []
    piece: list[str] = []
    inner: list[str] = []
    kind: Kind = "command" if quote.command else "string"
    while char := cursor.peek():
        if cursor.text.startswith(quote.close, cursor.at):
            cursor.at += len(quote.close)
            if not quote.doubled or not cursor.text.startswith(quote.close, cursor.at):
                _flush(script, piece, parts)
                return Token(kind, cursor.text[start : cursor.at], start, tuple(parts), inner=tuple(inner))
            piece.append(cursor.take())
            continue
        cursor.take()
        if char == "\\" and quote.escapes:
            piece.append(_escape(cursor, plain=quote.close == "'" and not quote.marks and not quote.doubled))
        elif char in quote.marks and (unknown := _interpolation(cursor, char)):
            _flush(script, piece, parts)
            parts.append(Unknown("computed", script.source(unknown)))
            inner.extend([unknown[2:-1]] if unknown[1:2] in {"{", "("} else [])
        else:
            piece.append(char)
    raise refuse("code: a string is not closed")


def _flush(script: Tape, piece: list[str], parts: list[str | Unknown]) -> None:
    for part in script.word("".join(piece)).parts:
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    piece.clear()


def _escape(cursor: Cursor, *, plain: bool) -> str:
    r"""What stands behind a backslash: the usual escapes, `\xHH`, `\uHHHH`, `\u{..}`, octal."""
    char = cursor.take()
    if char in _ESCAPES and not plain:
        return _ESCAPES[char]
    if char in {"x", "u"}:
        start = cursor.at
        braced = cursor.peek() == "{"
        cursor.at += 1 if braced else 0
        digits = ""
        while len(digits) < (6 if braced else 2 if char == "x" else 4) and cursor.peek() in set(
            "0123456789abcdefABCDEF"
        ):
            digits += cursor.take()
        cursor.at += 1 if braced and cursor.peek() == "}" else 0
        value = int(digits, 16) if digits else 0
        if 0 < value < 0xD800:  # noqa: PLR2004 - below the surrogates
            return chr(value)
        cursor.at = start
    if char and char in "1234567" and not plain:
        digits = char
        while len(digits) < 3 and cursor.peek() in set("01234567"):  # noqa: PLR2004 - three octal digits
            digits += cursor.take()
        return chr(int(digits, 8))
    return "" if char == "\n" else char


def _interpolation(cursor: Cursor, mark: str) -> str:
    """`${..}`, `#{..}`, `$(..)`, `$name`, `@name` behind its mark, "" where the mark is an ordinary character."""
    start = cursor.at - 1
    if cursor.peek() == "{" or (mark == "$" and cursor.peek() == "("):
        _braced(cursor)
        return cursor.text[start : cursor.at]
    if mark == "#":
        return ""
    while (char := cursor.peek()) and (char.isalnum() or char in "_:"):
        cursor.take()
    return cursor.text[start : cursor.at] if cursor.at > start + 1 else ""


def _braced(cursor: Cursor) -> None:
    """Move behind a bracket, its strings and the brackets inside it."""
    close = [{"{": "}", "(": ")"}[cursor.take()]]
    while close and (char := cursor.take()):
        if char == "\\":
            cursor.take()
        elif char == close[-1]:
            close.pop()
        elif close[-1] == "`" and char == "$" and cursor.peek() == "{":
            cursor.take()
            close.append("}")
        elif close[-1] in "'\"`":
            continue
        elif char in "'\"`":
            close.append(char)
        elif char in "{(":
            close.append({"{": "}", "(": ")"}[char])
    if close:
        raise refuse("code: an interpolation is not closed")
