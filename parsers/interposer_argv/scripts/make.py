"""Makefile text, as `make --eval` takes it: what make itself runs while reading, and the recipes.

Facts: GNU make manual 4.3, sections 6.2 (`!=`), 8.14 (shell), 8.12 (file), 3.3 (include), 12.2 (load), 5 (recipes).
"""

from typing import Final

from interposer_argv.scripts.found import Found, found
from interposer_argv.scripts.tape import Cursor, Tape, joined, refuse
from interposer_shell.word import Unknown, Word

_PAIRS: Final = {"(": ")", "{": "}"}
_INCLUDES: Final = ("include ", "-include ", "sinclude ")
_PROGRAMS: Final = frozenset({"SHELL", "MAKESHELL"})
_DEPTH: Final = 20


def read(script: Tape) -> list[Found]:
    """What `script` does; each recipe line is shell text, with make's own variables unknown."""
    result: list[Found] = []
    text = script.text.replace("\\\n", " ")
    if not _balanced(text):
        raise refuse("make: a reference is not closed")
    for line in text.split("\n"):
        recipe = line.startswith("\t")
        body = line if recipe else _uncommented(line)
        result.extend(_references(script, body, 0))
        if recipe:
            result.extend(_recipe(script, line[1:]))
        else:
            result.extend(_line(script, body.strip()))
    return result


def _balanced(text: str) -> bool:
    """Whether each `$(` and `${` is closed."""
    place = text.find("$")
    while place >= 0:
        opening = text[place + 1 : place + 2]
        if opening in _PAIRS and _close(text, place + 1) < 0:
            return False
        place = text.find("$", place + 2 if opening == "$" else place + 1)
    return True


def _close(text: str, place: int) -> int:
    """Index of what closes the bracket at `place`, -1 for nothing."""
    opening, close = text[place], _PAIRS[text[place]]
    depth = 0
    for at in range(place, len(text)):
        depth += (text[at] == opening) - (text[at] == close)
        if not depth:
            return at
    return -1


def _uncommented(line: str) -> str:
    """The line without its comment."""
    place = line.find("#")
    while place > 0 and line[place - 1] == "\\":
        place = line.find("#", place + 1)
    return line if place < 0 else line[:place]


def _references(script: Tape, text: str, depth: int) -> list[Found]:
    """`$(shell ..)`, `$(file ..)`, `$(eval ..)` at any depth."""
    if depth > _DEPTH:
        raise refuse("make: references are nested too deeply")
    result: list[Found] = []
    cursor = Cursor(text)
    while cursor.peek():
        if cursor.take() != "$":
            continue
        if cursor.peek() not in _PAIRS:
            cursor.take()
            continue
        close = _close(text, cursor.at)
        if close < 0:
            return result
        inner = text[cursor.at + 1 : close]
        name, _, rest = inner.partition(" ")
        if name == "shell":
            result.append(found("shell", _expanded(script, rest.strip()), "make $(shell)"))
        elif name == "file" and rest.strip().startswith((">", "<")):
            target = rest.strip().partition(",")[0]
            kind = "read" if target.startswith("<") else "write"
            result.append(found(kind, _expanded(script, target.lstrip("<> ").strip()), "make $(file)"))
        elif name == "eval":
            result.extend(_line(script, rest.replace("$$", "$").strip()))
        result.extend(_references(script, inner.replace("$$", "$") if name == "eval" else inner, depth + 1))
        cursor.at = close + 1
    return result


def _expanded(script: Tape, text: str) -> Word:
    """Text with `$$` as `$` and other references as unknown pieces."""
    parts: list[str | Unknown] = []
    piece: list[str] = []
    cursor = Cursor(text)
    while char := cursor.take():
        if char != "$" or cursor.peek() == "$":
            piece.append(char)
            cursor.at += 1 if char == "$" else 0
            continue
        start = cursor.at - 1
        close = _close(text, cursor.at) if cursor.peek() in _PAIRS else cursor.at
        cursor.at = close + 1 if close >= 0 else cursor.end
        parts.extend(script.word("".join(piece)).parts)
        parts.append(Unknown("computed", script.source(text[start : cursor.at])))
        piece.clear()
    parts.extend(script.word("".join(piece)).parts)
    return Word(joined(parts), script.span)


def _recipe(script: Tape, text: str) -> list[Found]:
    """One recipe line without its `@`, `-` and `+`."""
    command = text.strip().lstrip("@-+ \t")
    return [found("shell", _expanded(script, command), "make recipe")] if command else []


def _line(script: Tape, text: str) -> list[Found]:
    """A line that is no recipe: an assignment, an include, a rule."""
    if text.startswith(_INCLUDES):
        return [found("load", _expanded(script, name), "make include") for name in text.partition(" ")[2].split()]
    if text.startswith(("load ", "-load ")):
        names = text.partition(" ")[2].split()
        return [found("load", _expanded(script, name.partition("(")[0]), "make load") for name in names]
    words = text.replace("override ", "", 1).replace("export ", "", 1).replace("private ", "", 1)
    place = _assignment(words)
    if place:
        name, operator, value = words[: place[0]].strip(), words[place[0] : place[1]], words[place[1] :].strip()
        if operator == "!=":
            return [found("shell", _expanded(script, value), "make !=")]
        if name.rpartition(":")[2].strip() in _PROGRAMS:
            return [found("run", _expanded(script, value), "make SHELL")]
        return []
    colon, semicolon = words.find(":"), words.find(";")
    if 0 <= colon < semicolon:
        return _recipe(script, words[semicolon + 1 :])
    return []


def _assignment(text: str) -> tuple[int, int] | None:
    """Where the operator of an assignment stands, outside references and before any `;`."""
    cursor = Cursor(text)
    while char := cursor.peek():
        if char == "$" and cursor.peek(1) in _PAIRS:
            close = _close(text, cursor.at + 1)
            cursor.at = close + 1 if close >= 0 else cursor.end
            continue
        if char == ";":
            return None
        for operator in ("::=", ":::=", ":=", "?=", "+=", "!=", "="):
            if cursor.text.startswith(operator, cursor.at):
                return cursor.at, cursor.at + len(operator)
        cursor.take()
    return None
