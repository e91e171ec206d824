"""Strings of Perl and Ruby that their own operators write: `q(..)`, `qw[..]`, `%x{..}`, here-documents."""

from typing import Final

from interposer_argv.scripts.code_tokens import Quote, Token, pattern, pattern_may_stand, string
from interposer_argv.scripts.tape import Cursor, Tape, refuse

_PAIRS: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}
_PERL: Final = {"q": 1, "qq": 1, "qx": 1, "qw": 1, "qr": 1, "m": 1, "s": 2, "tr": 2, "y": 2}
_WORD: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"


def perl_quotes(script: Tape, cursor: Cursor, before: list[Token]) -> Token | None:
    """Quote-like operators of perlop(1), variables with their sigil, `$#x`, here-documents."""
    start = cursor.at
    char = cursor.peek()
    if char in {"$", "@", "%"}:
        return _variable(cursor, start)
    if char == "<" and cursor.peek(1) == "<" and (cursor.peek(2) in {"'", '"', "~"} or cursor.peek(2).isalpha()):
        return _here(script, cursor, start, "$@")
    after_link = bool(before) and before[-1].text in {"->", "{"} and before[-1].kind == "op"
    for name in ("tr", "qq", "qx", "qw", "qr", "q", "m", "s", "y"):
        behind = cursor.peek(len(name))
        if not cursor.text.startswith(name, start) or not behind or behind in _WORD or (after_link and behind in "}-"):
            continue
        place = start + len(name)
        while (
            place < cursor.end
            and cursor.text[place] in " \t"
            and cursor.text[place + 1 : place + 2] not in {"=", ",", "#"}
        ):
            place += 1
        delimiter = cursor.text[place : place + 1]
        if not delimiter or delimiter in _WORD + ";,)=\n" or cursor.text.startswith("=>", place) or delimiter.isspace():
            continue
        if place > start + len(name) and delimiter not in _PAIRS and delimiter not in "/|!'\"":
            continue
        cursor.at = place + 1
        return _quoted(script, cursor, name, delimiter, start)
    return None


def _variable(cursor: Cursor, start: int) -> Token | None:
    """`$x`, `@ARGV`, `%h`, `$#a`, `$$`, `$/`: names with their sigil, so that `#` and quotes in them are no marks."""
    sigil = cursor.take()
    if sigil == "$" and cursor.peek() == "#":
        cursor.take()
    if cursor.peek() and (cursor.peek() in _WORD or cursor.peek() == ":"):
        while cursor.peek() and (cursor.peek() in _WORD or cursor.text.startswith("::", cursor.at)):
            cursor.at += 2 if cursor.peek() == ":" else 1
    elif sigil == "$" and cursor.peek() and cursor.peek() in "/\\,;!@&`'\"+0^|.<>()[]-:?~=%$":
        cursor.take()
    elif sigil != "$" or cursor.peek() not in {"{", "$"}:
        cursor.at = start
        return None
    return Token("name", cursor.text[start : cursor.at], start)


def _quoted(script: Tape, cursor: Cursor, name: str, delimiter: str, start: int) -> Token:
    """One quote-like operator whose opening delimiter is read."""
    close = _PAIRS.get(delimiter, delimiter)
    if name in {"m", "qr", "s", "tr", "y"}:
        codes = [code.partition("})")[0] for code in _nested(cursor, delimiter, close).split("(?{")[1:] if code]
        replacement = ""
        if _PERL[name] > 1:
            if close != delimiter:
                cursor.skip(" \t\n")
                delimiter = cursor.take()
                close = _PAIRS.get(delimiter, delimiter)
            replacement = _nested(cursor, delimiter, close)
        flags_at = cursor.at
        cursor.skip("abcdefghijklmnopqrstuvwxyz")
        if name == "s" and "e" in cursor.text[flags_at : cursor.at]:
            codes.append(replacement)
        return Token("regex", cursor.text[start : cursor.at], start, inner=tuple(codes))
    marks = "$@" if name in {"qq", "qx"} and delimiter != "'" else ""
    inner = _nested(cursor, delimiter, close)
    token = string(script, Cursor(inner + "\0"), Quote("\0", marks=marks, command=name == "qx"), 0)
    return Token(token.kind, cursor.text[start : cursor.at], start, token.parts, words=name == "qw", inner=token.inner)


def _nested(cursor: Cursor, opening: str, close: str) -> str:
    """The text up to `close`; a pair of brackets inside does not end it."""
    start = cursor.at
    depth = 1
    while char := cursor.take():
        if char == "\\":
            cursor.take()
        elif char == close:
            depth -= 1
            if not depth:
                return cursor.text[start : cursor.at - 1]
        elif char == opening:
            depth += 1
    raise refuse("code: a quoted text is not closed")


def _here(script: Tape, cursor: Cursor, start: int, marks: str) -> Token | None:
    """`<<"END"`, `<<END`, `<<~END`, `<<-END`: the lines up to END; the rest of the first line is kept for later."""
    cursor.at += 2
    cursor.skip("~-")
    quote = cursor.peek() if cursor.peek() in {"'", '"'} else ""
    cursor.at += 1 if quote else 0
    name_at = cursor.at
    cursor.skip(_WORD)
    name = cursor.text[name_at : cursor.at]
    cursor.at += 1 if quote else 0
    line_end = cursor.text.find("\n", cursor.at)
    if not name or line_end < 0:
        cursor.at = start
        return None
    at = line_end + 1
    while at < cursor.end:
        stop = cursor.text.find("\n", at)
        stop = cursor.end if stop < 0 else stop
        if cursor.text[at:stop].strip() == name:
            body = cursor.text[line_end + 1 : at]
            token = string(script, Cursor(body + "\0"), Quote("\0", marks="" if quote == "'" else marks), 0)
            rest = cursor.text[cursor.at : line_end]
            if not rest.strip(" ;,)"):
                cursor.at = stop
            else:
                cursor.text = cursor.text[: line_end + 1] + cursor.text[stop + 1 :]
                cursor.end = len(cursor.text)
            return Token("string", cursor.text[start : start + 2], start, token.parts, inner=token.inner)
        at = stop + 1
    raise refuse("code: a here-document is not closed")


def ruby_quotes(script: Tape, cursor: Cursor, before: list[Token]) -> Token | None:
    """`%w[..]`, `%q(..)`, `%x{..}`, `%(..)`, here-documents, symbols and `?c` characters."""
    start = cursor.at
    char = cursor.peek()
    if char == "%" and pattern_may_stand(before):
        kind = cursor.peek(1) if cursor.peek(1) in set("wWqQxriI") else ""
        delimiter = cursor.peek(1 + len(kind))
        if delimiter in _PAIRS or (kind and delimiter and not delimiter.isalnum() and not delimiter.isspace()):
            cursor.at += 2 + len(kind)
            inner = _nested(cursor, delimiter, _PAIRS.get(delimiter, delimiter))
            if kind == "r":
                cursor.skip("imxounse")
                return Token("regex", cursor.text[start : cursor.at], start)
            marks = "" if kind in {"w", "q", "i"} else "#"
            token = string(script, Cursor(inner + "\0"), Quote("\0", marks=marks, command=kind == "x"), 0)
            return Token(
                token.kind,
                cursor.text[start : cursor.at],
                start,
                token.parts,
                words=kind in {"w", "W"},
                inner=token.inner,
            )
    if char == "<" and cursor.peek(1) == "<" and (cursor.peek(2) in {"~", "-", "'", '"'} or cursor.peek(2).isupper()):
        return _here(script, cursor, start, "#")
    if (
        char == "/"
        and before
        and before[-1].kind == "name"
        and cursor.peek(1) not in {" ", "="}
        and start
        and cursor.text[start - 1] == " "
    ):
        return pattern(cursor, "/", start)
    return None
