"""From slot to effect: what each value of an argv would do (the table of rules/README.md)."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from interposer.effects import Kind
from interposer.lists import is_like
from interposer.unfold import feeding, languages, nesting, pathing, remotes, settings, variables
from interposer.unfold.manner import Manner
from interposer.unfold.splitting import split_words
from interposer_argv.grammar import Operands, Option, Slot, Via
from interposer_argv.reading import Act, ArgvReading, Value
from interposer_shell.word import Unknown, Word, literal

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_SETUID = re.compile(r"^0*[2-7][0-7]{3}$|(?:^|,)[ugoa]*[+=][rwxXt]*s")
_PATHS: dict[str, Kind] = {
    "read": "read",
    "dir": "read",
    "write": "write",
    "delete": "delete",
    "mode": "mode",
    "discard": "discard",
}
_ASSIGNS = re.compile(r"\w+=")

_WEIGHED = frozenset(
    {"read", "dir", "send", "permissions", "load", "config", "code", "script", "url", "host", "remote", "refspec",
     "index", "mount", "process", "env-assign", "setting", "flags"}
)  # fmt: skip
"""Slots whose value decides what the effect is; paths that are changed, commands and shell text say it themselves."""
_NAMED = frozenset({"setting", "env-assign"})
"""`NAME=VALUE`: with a static name the name's own slot decides."""
_EXECUTES = frozenset({"load", "config", "setting", "flags", "env-assign"})


def all_values(engine: "Engine", call: "Call", reading: ArgvReading) -> None:
    """Judge every value of a reading; shell operands that the tool joins are judged as one text."""
    values = _spliced(engine, call, list(reading.values))
    while values:
        one = values.pop(0)
        words = list(one.words)
        while _joins(one) and values and _joins(values[0]):
            words += values.pop(0).words
        given = (_joined(words),) if _joins(one) else one.words
        slot_words(engine, call, one.slot, given, manner_of(one, call))


def _joins(one: Value) -> bool:
    return one.slot.kind == "shell" and one.slot.repeat


def _spliced(engine: "Engine", call: "Call", values: list[Value]) -> list[Value]:
    """`env -S 'A=1 prog -x' ARG`: the split words stand in front of the operands, and both are one command."""
    split = [one for one in values if one.slot.kind == "words" and one.slot.detail == "splice"]
    if not split:
        return values
    operands = [one for one in values if one.via == "operand"]
    words = [piece for one in split for piece in split_words(one.word)]
    words += [word for one in operands for word in one.words]
    while words and _ASSIGNS.match(words[0].head):
        variables.env_assign(engine, call, words.pop(0))
    if words:
        nesting.command(engine, call, "argv", tuple(words), Manner("option", split[0].option, job=True))
    return [one for one in values if one not in split and one not in operands]


def _joined(words: Sequence[Word]) -> Word:
    parts: list[str | Unknown] = []
    for index, word in enumerate(words):
        for part in ((" ",) if index else ()) + word.parts:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
    return Word(tuple(parts), (words[0].span[0], words[-1].span[1]))


def manner_of(one: Value, call: "Call | None" = None) -> Manner:
    """How the value is taken."""
    fills = one.fills
    if not fills and isinstance(one.taker, Operands) and call is not None and call.reading is not None:
        fills = "{}" if set(one.taker.fills) & set(call.reading.given) else ""
    commands = one.taker.commands or one.slot.kind == "argv"
    return Manner(one.via, one.option, one.job, fills, one.appends, commands)


def option_values(engine: "Engine", call: "Call", option: Option, words: tuple[Word, ...], manner: Manner) -> None:
    """Judge `words` standing for `option` outside an argv: a variable or a configuration key."""
    if words and words[0].text is not None and is_harmless(option.harmless, words[0].text):
        return
    for does in option.does:
        act(engine, call, Act(does, manner.option, 0, words), manner.via)
    pieces = words
    if option.split and words and words[0].text is not None:
        pieces = tuple(literal(piece, words[0].span) for piece in words[0].text.split(option.split) if piece)
    slots = option.slots * len(pieces) if option.split and len(option.slots) == 1 else option.slots
    taken = Manner(manner.via, manner.option, option.job, commands=option.commands)
    for slot, word in zip(slots, pieces, strict=False):
        slot_words(engine, call, slot, (word,), taken)


def is_harmless(patterns: tuple[str, ...], text: str) -> bool:
    """Whether `text` is one of the values that mean nothing dangerous."""
    return any(text == pattern or ("*" in pattern and is_like(pattern, text)) for pattern in patterns)


def slot_words(engine: "Engine", call: "Call", slot: Slot, words: tuple[Word, ...], manner: Manner) -> None:  # noqa: C901, PLR0912 - the closed table of slot kinds, one line each
    """Judge the words that stand in `slot`."""
    if not words:
        return
    word = words[0]
    if word.unknowns and slot.kind in _WEIGHED:
        _unsettled(engine, call, slot, word, manner)
    match slot.kind:
        case "text" | "number" | "stat" | "rest":
            return
        case "secret":
            engine.secrets.update(call.span_of(each) for each in words)
        case "read" | "dir" | "write" | "delete" | "mode" | "discard":
            for each in words if slot.kind != "mode" or not _tightens(engine, call, words) else ():
                pathing.path_effect(engine, call, _PATHS[slot.kind], each, manner, folder=slot.detail == "folder")
        case "send":
            pathing.sent(engine, call, word, manner)
        case "permissions":
            if word.text is not None and _SETUID.search(word.text):
                engine.found(
                    call, "mode", word, manner, detail="setuid", why="sets the set-user-ID or set-group-ID bit"
                )
        case "load" | "config":
            feeding.loaded(engine, call, slot, words, manner)
        case "run" | "argv" | "words":
            nesting.command(engine, call, slot.kind, words, manner)
        case "shell":
            nesting.shell_text(engine, call, word, manner)
        case "code" | "script":
            languages.script(engine, call, slot, word, manner)
        case "url" | "host":
            remotes.reached(engine, call, slot.kind, word, manner)
        case "remote" | "refspec" | "package" | "index" | "mount" | "process":
            remotes.named(engine, call, slot.kind, word, manner)
        case "env-assign":
            variables.env_assign(engine, call, word)
        case "setting":
            settings.setting(engine, call, slot, words, manner)
        case "flags":
            settings.flags(engine, call, slot, words, manner)
        case _:
            raise AssertionError(f"slot kind `{slot.kind}` is not handled")


def _tightens(engine: "Engine", call: "Call", words: tuple[Word, ...]) -> bool:
    """Whether a key or a secret only becomes the owner's own (`chmod 600 ~/.ssh/id_rsa`): ssh asks for that."""
    values = call.reading.values if call.reading else ()
    modes = [one.word.text or "" for one in values if one.slot.kind == "permissions"]
    folder = call.scene.folder.path
    spots = [engine.terrain.spot(view.text, folder) for word in words for view in engine.viewer.views(word, call.scene)]
    kept = all(spot.place in {"secret", "key", "home"} and not spot.whole for spot in spots)
    return kept and bool(modes) and all(_PRIVATE.fullmatch(mode) for mode in modes)


_PRIVATE = re.compile(r"0?[4-7]00|(?:go|og)-[rwx]+|(?:go|og)=")


def _unsettled(engine: "Engine", call: "Call", slot: Slot, word: Word, manner: Manner) -> None:
    """A value that only a later look knows is a finding; where no layer looks again, nothing that executes is left."""
    if slot.kind in _NAMED and "=" in word.head:
        return
    if all(view.sure in {"static", "glob"} for view in engine.viewer.views(word, call.scene)):
        return
    call.node.findings.add("deferred")
    if not engine.deferring and slot.kind in _EXECUTES:
        engine.found(call, "unknown", word, manner, detail="computed", why="its value is not known before it runs")


def act(engine: "Engine", call: "Call", one: Act, via: Via = "option") -> None:
    """An effect without a value."""
    kind = cast("Kind", one.does.effect)
    option = one.option or " ".join(call.reading.sub if call.reading else ())
    manner = Manner(via if one.option else "operand", option)
    if one.does.to == "operands" and one.does.effect in _PATHS:
        filtered = call.reading is not None and call.reading.filtered
        for target in one.words or (literal("."),):
            pathing.path_effect(engine, call, kind, target, manner, below=filtered)
    elif one.does.to == "cwd":
        pathing.path_effect(engine, call, kind, _extraction_folder(call), manner, below=True)
    else:
        at = call.words[min(one.index + 1, len(call.words) - 1)].span if call.words else (0, 0)
        engine.found(call, kind, Word((option or call.node.tool,), at), manner, detail=one.does.detail)


_CHANGES_FOLDER = {"dir": {"-C", "--directory", "--cd", "-D"}, "write": {"-C", "--directory", "--cd"}}


def _extraction_folder(call: "Call") -> Word:
    if call.reading is not None:
        for one in call.reading.values:
            if one.option in _CHANGES_FOLDER.get(one.slot.kind, ()):
                return one.word
    return literal(".")
