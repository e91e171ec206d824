"""What bash itself carries out: folders, exports, evaluated text, sourced files."""

import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING

from interposer.unfold import feeding, files, variables
from interposer.unfold.manner import Manner
from interposer.unfold.scene import Folder
from interposer_shell.reading import Reading
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

OWN = frozenset({"cd", "pushd", "popd", "export", "declare", "typeset", "readonly", "local", "source", "."})
"""Builtins that change what follows."""


def function_calls(reading: Reading) -> Mapping[str, tuple[tuple[Word, ...], ...]]:
    """The words of every call of a function that the text defines, by the function's name."""
    calls: dict[str, list[tuple[Word, ...]]] = {}
    for command in reading.commands:
        if command.calls and command.words and command.words[0].text:
            calls.setdefault(command.words[0].text, []).append(command.words)
    return {name: tuple(words) for name, words in calls.items()}


_DECLARING = frozenset({"local", "declare", "typeset", "export", "readonly"})
_FILLING = frozenset({"read", "mapfile", "readarray", "getopts", "printf", "let"})
_IMPORTING = frozenset({"source", ".", "eval"})
ANY = ""
"""The name under which `assigned_words` says that variables may come from text that is not here."""


def assigned_words(reading: Reading) -> Mapping[str, tuple[Word, ...]]:
    """Every word that the text assigns to each variable; none for a variable that anything else sets."""
    found: dict[str, list[Word]] = {}
    others: set[str] = set()
    for command in reading.commands:
        for one in command.assignments:
            if one.value is None or one.append or one.index is not None:
                others.add(one.name)
            elif not command.words:
                found.setdefault(one.name, []).append(one.value)
        if command.words:
            _set_by(command.words, found, others)
    return {name: tuple(words) for name, words in found.items() if name not in others} | dict.fromkeys(others, ())


def _set_by(words: tuple[Word, ...], found: dict[str, list[Word]], others: set[str]) -> None:
    by = words[0].text or ""
    if by in _IMPORTING:
        others.add(ANY)
    if by not in _DECLARING and by not in _FILLING:
        return
    for word in words[1:]:
        name, equals, _ = word.head.partition("=")
        if equals and by in _DECLARING:
            found.setdefault(name, []).append(word.drop(len(name) + 1))
        elif by in _FILLING:
            others.add(name)


def carry_out(engine: "Engine", call: "Call") -> None:
    """Do what the builtin does to the scene, and note what it evaluates."""
    match call.program.name:
        case "cd" | "pushd":
            _enter(engine, call)
        case "popd":
            call.scene.folder = Folder(
                call.scene.folder.before or call.scene.folder.path, "static", call.scene.folder.path
            )
        case "export" | "declare" | "typeset" | "readonly" | "local":
            variables.exported(engine, call)
        case "source" | ".":
            files.sourced(engine, call)
        case _:
            pass


def _enter(engine: "Engine", call: "Call") -> None:
    scene = call.scene
    words = [word for word in call.words[1:] if not (word.head.startswith("-") and len(word.head) > 1)]
    here = scene.folder
    if not words:
        scene.folder = Folder(engine.terrain.home, "static", here.path)
        return
    if words[0].text == "-":
        scene.folder = Folder(here.before or here.path, here.sure, here.path)
        return
    view = engine.viewer.views(words[0], scene)[0]
    if view.sure in {"static", "glob"}:
        path = posixpath.normpath(posixpath.join(here.path, view.text))
        sure = here.sure if not view.text.startswith("/") else "static"
        scene.folder = Folder(path, sure, here.path)
    else:
        scene.folder = Folder(here.path, view.sure, here.path)


def evaluated(engine: "Engine", call: "Call") -> None:
    """Text that the command evaluates, where it is not known; what is known stands in the reading by itself."""
    if call.command is None:
        return
    for one in call.command.evaluates:
        if one.commands or one.text.text is not None:
            continue
        if _trusted(engine, call, one.text):
            call.node.findings.add("idiom")
            continue
        fed = feeding.substituted(engine, call, one.text)
        detail = fed or "computed"
        why = f"{one.by} runs text that is not known"
        at = one.text if one.text.span != (0, 0) else Word(one.text.parts, call.node.span)
        engine.found(call, "shell", at, Manner("operand", one.by), detail=detail, why=why)


def _trusted(engine: "Engine", call: "Call", text: Word) -> bool:
    reading = call.scene.reading
    unknowns = text.unknowns
    if reading is None or not unknowns or not all(unknown.commands for unknown in unknowns):
        return False
    lines = [
        " ".join(word.source for word in reading.commands[index].words)
        for unknown in unknowns
        for index in unknown.commands
    ]
    return all(line in engine.lists.evals for line in lines)
