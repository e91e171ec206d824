"""Slots that are languages: what the small readers find in a script becomes effects of the call."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from interposer.unfold import feeding, making, nesting, pathing, slots
from interposer.unfold.manner import Manner
from interposer_argv.grammar import Slot
from interposer_argv.reading import GrammarError
from interposer_argv.scripts import Found
from interposer_argv.scripts import read as read_language
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.effects import Kind
    from interposer.unfold.engine import Call, Engine

_COMMANDS = frozenset({"shell", "argv", "words", "run"})
_RECIPES = frozenset({"make", "package-json"})
"""Languages of files whose commands are the tool's job; `make --eval` is none."""
_CHANGES = frozenset({"write", "delete", "mode", "discard"})


def script(engine: "Engine", call: "Call", slot: Slot, word: Word, manner: Manner) -> None:
    """Inline code or a small script."""
    if slot.kind == "code":
        engine.found(call, "code", word, manner)
        _evaluates_stdin(engine, call, word, manner)
    if word.text is None and not any(isinstance(part, str) for part in word.parts):
        _unknown(engine, call, slot, word, manner)
        return
    try:
        found = read_language(slot.detail, word)
    except GrammarError as error:
        if error.rejected:
            call.node.findings.add("rejected")
        elif slot.kind == "script":
            engine.found(call, "unknown", word, manner, detail="unreadable", why=str(error))
        return
    for one in found:
        _one(engine, call, slot, replace_words(one, call.span_of(word)), manner)


def _evaluates_stdin(engine: "Engine", call: "Call", word: Word, manner: Manner) -> None:
    """Inline code that runs what it is fed: as bad as an interpreter that is fed it."""
    if call.fed is None or not call.fed.feeders or not _STDIN.search(word.source) or not _RUNS.search(word.source):
        return
    detail = feeding.origin_of(engine.lists, making.chain_of(call.fed.reading.commands, call.fed.command.stdin))
    if detail:
        why = f"{call.node.tool} runs {feeding.WHAT[detail]}"
        engine.found(call, "code", word, replace(manner, via="stdin"), detail=detail, why=why)


_STDIN = re.compile(r"stdin|<>|\$_|\binput\(|readFileSync\(0|/dev/fd/0|php://|ARGF|\bgets\b", re.IGNORECASE)
_RUNS = re.compile(
    r"(?<![.\w])(?:exec|eval|system|popen|spawn|instance_eval|class_eval|shell_exec|passthru)\b\s*[(<\s\"'$]"
    r"|os\.(?:system|popen|exec)|subprocess|child_process|new Function|vm\.run|qx\W|`"
)


def replace_words(one: Found, span: tuple[int, int]) -> Found:
    """`one` with its words at the place of the script that holds them."""
    return replace(one, words=tuple(Word(each.parts, span, each.many) for each in one.words))


def _unknown(engine: "Engine", call: "Call", slot: Slot, word: Word, manner: Manner) -> None:
    detail = feeding.substituted(engine, call, word)
    if detail:
        engine.found(call, "code" if slot.kind == "code" else "shell", word, manner, detail=detail)
    else:
        call.node.findings.add("deferred")


def _one(engine: "Engine", call: "Call", slot: Slot, one: Found, manner: Manner) -> None:
    scripted = slot.kind == "script" and one.slot.kind == "shell" and "|" not in one.what
    job = one.job or (manner.job and slot.kind == "script" and slot.detail in _RECIPES)
    named = replace(manner, option=manner.option or one.what, job=job, scripted=scripted)
    if one.does is not None:
        if one.does.detail == "computed":
            return
        operand = one.words[0] if one.words else Word((one.what,), call.node.span)
        kind = cast("Kind", one.does.effect)
        engine.found(call, kind, operand, manner, detail=one.does.detail, why=one.what, job=False)
    if not one.words:
        return
    in_code = slot.kind == "code"
    if in_code and one.slot.kind in _COMMANDS:
        nesting.from_code(engine, call, one, one.words, named)
    elif one.slot.kind == "write" and any(unknown.why == "computed" for unknown in one.words[0].unknowns):
        call.node.findings.add("computed-path")
    elif in_code and one.slot.kind in _CHANGES:
        _in_own_program(engine, call, one, named)
    elif in_code and one.slot.kind in {"read", "url", "host"}:
        _read(engine, call, one, named)
    else:
        slots.slot_words(engine, call, one.slot, one.words, named)


def _in_own_program(engine: "Engine", call: "Call", one: Found, manner: Manner) -> None:
    """A path that inline code changes: the agent's own program, so only what is hard counts."""
    if any(view.sure not in {"static", "glob"} for view in engine.viewer.views(one.words[0], call.scene)):
        return
    scene = call.scene
    call.scene = engine.with_origin(scene, "tool")
    slots.slot_words(engine, call, one.slot, one.words, manner)
    call.scene = scene


def _read(engine: "Engine", call: "Call", one: Found, manner: Manner) -> None:
    """A literal path read, or an address, inside inline code: only secrets count."""
    views = engine.viewer.views(one.words[0], call.scene) if one.slot.kind == "read" else ()
    spots = [engine.terrain.spot(view.text, call.scene.folder.path) for view in views if view.sure == "static"]
    if any(spot.place == "secret" for spot in spots):
        pathing.path_effect(engine, call, "read", one.words[0], manner)
