"""From slot to effect: what each value of an argv would do (the table of rules/README.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from interposer.effects import Kind
from interposer.lists import name_pattern
from interposer.unfold import feeding, nesting, pathing, remotes, variables
from interposer.unfold.names import Program
from interposer.unfold.splitting import split_words
from interposer_argv.grammar import Does, Operands, Option, Slot, Via
from interposer_argv.reader import read as read_argv
from interposer_argv.reading import Act, ArgvReading, GrammarError, Value
from interposer_argv.scripts import Found
from interposer_argv.scripts import read as read_language
from interposer_shell.word import Unknown, Word, literal

if TYPE_CHECKING:
    from interposer.rulebook import Rule
    from interposer.unfold.engine import Call, Engine
    from interposer.unfold.node import Node
    from interposer.unfold.scene import Scene


@dataclass(frozen=True, slots=True)
class Manner:
    """How a value is taken.

    Attributes:
        job: running it is what the tool is for.
        fills: placeholder that the tool replaces in it.
        appends: the tool adds arguments of its own behind it.
        commands: it holds commands for the user's own work, so that ordinary programs are fine in it.
    """

    job: bool = False
    fills: str = ""
    appends: bool = False
    commands: bool = False


_PLAIN = Manner()
_SETUID = re.compile(r"^0*[2-7][0-7]{3}$|(?:^|,)[ugoa]*[+=][rwxXt]*s")
_PATHS: dict[str, Kind] = {
    "read": "read",
    "dir": "read",
    "write": "write",
    "delete": "delete",
    "mode": "mode",
    "discard": "discard",
}


def bare_call(engine: "Engine", scene: "Scene", node: "Node", locus: tuple[int, int] | None) -> "Call":
    """A call without a program: for values that stand alone (an assignment)."""
    from interposer.unfold.engine import Call  # noqa: PLC0415 - the engine imports this module

    _ = engine
    return Call(node.words, scene, node, Program(""), locus=locus)


def all_values(engine: "Engine", call: "Call", rule: "Rule", reading: ArgvReading) -> None:
    """Judge every value of a reading; shell operands that the tool joins are judged as one text."""
    values = _spliced(engine, call, list(reading.values))
    index = 0
    while index < len(values):
        one = values[index]
        index += 1
        if one.slot.kind == "shell" and one.slot.repeat:
            joined = list(one.words)
            while index < len(values) and values[index].slot.kind == "shell" and values[index].slot.repeat:
                joined += values[index].words
                index += 1
            text(engine, call, _joined(joined), one.via, one.option, _manner(one))
            continue
        value(engine, call, one)
    _ = rule


def _spliced(engine: "Engine", call: "Call", values: list[Value]) -> list[Value]:
    """`env -S 'A=1 prog -x' ARG`: the split words stand in front of the operands, and both are one command."""
    split = [one for one in values if one.slot.kind == "words" and one.slot.detail == "splice"]
    if not split:
        return values
    operands = [one for one in values if one.via == "operand"]
    words = [piece for one in split for piece in split_words(one.word)] + [
        word for one in operands for word in one.words
    ]
    while words and re.match(r"\w+=", words[0].head):
        variables.env_assign(engine, call, words.pop(0), split[0].slot)
    if words:
        nesting.command(engine, call, "argv", tuple(words), "option", split[0].option, Manner(job=True))
    return [one for one in values if one not in split and one not in operands]


def _joined(words: Sequence[Word]) -> Word:
    parts: list[object] = []
    for index, word in enumerate(words):
        for part in ((" ",) if index else ()) + word.parts:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
    return Word(tuple(parts), (words[0].span[0], words[-1].span[1]))  # type: ignore[arg-type]  # text and unknowns only


def value(engine: "Engine", call: "Call", one: Value) -> None:
    """Judge one value."""
    slot_words(engine, call, one.slot, one.words, one.via, one.option, _manner(one, call))


def _manner(one: Value, call: "Call | None" = None) -> Manner:
    fills = one.fills
    if not fills and isinstance(one.taker, Operands) and call is not None and call.reading is not None:
        fills = "{}" if set(one.taker.fills) & set(call.reading.given) else ""
    return Manner(one.job, fills, one.appends, one.taker.commands or one.slot.kind == "argv")


def option_values(engine: "Engine", call: "Call", option: Option, name: str, words: tuple[Word, ...], via: Via) -> None:
    """Judge `words` standing for `option` outside an argv: a variable or a configuration key."""
    if any(word.text is not None and is_harmless(option.harmless, word.text) for word in words[:1]):
        return
    for does in option.does:
        act(engine, call, Act(does, name, 0, words), via)
    pieces = words
    if option.split and words and words[0].text is not None:
        pieces = tuple(literal(piece, words[0].span) for piece in words[0].text.split(option.split) if piece)
    slots = option.slots * len(pieces) if option.split and len(option.slots) == 1 else option.slots
    for slot, word in zip(slots, pieces, strict=False):
        slot_words(engine, call, slot, (word,), via, name, Manner(option.job, commands=option.commands))


def is_harmless(patterns: tuple[str, ...], text: str) -> bool:
    """Whether `text` is one of the values that mean nothing dangerous."""
    return any(text == pattern or ("*" in pattern and name_pattern(pattern).fullmatch(text)) for pattern in patterns)


def slot_words(  # noqa: C901, PLR0912 - the closed table of slot kinds, one line each
    engine: "Engine",
    call: "Call",
    slot: Slot,
    words: tuple[Word, ...],
    via: Via,
    option: str,
    manner: Manner = _PLAIN,
) -> None:
    """Judge the words that stand in `slot`."""
    job = manner.job
    if not words:
        return
    word = words[0]
    match slot.kind:
        case "text" | "number" | "stat" | "rest" | "secret":
            return
        case "read" | "dir" | "write" | "delete" | "mode" | "discard":
            for each in words:
                pathing.path_effect(engine, call, _PATHS[slot.kind], each, via, option)
        case "send":
            pathing.sent(engine, call, word, via, option)
        case "permissions":
            if word.text is not None and _SETUID.search(word.text):
                engine.add(
                    call.node,
                    call.scene,
                    "mode",
                    word.source,
                    via=via,
                    option=option,
                    span=call.span_of(word),
                    detail="setuid",
                    why="sets the set-user-ID or set-group-ID bit",
                )
        case "load" | "config":
            feeding.loaded(engine, call, slot, words, via, option, job=job)
        case "run" | "argv" | "words":
            nesting.command(engine, call, slot.kind, words, via, option, manner)
        case "shell":
            text(engine, call, word, via, option, manner)
        case "code" | "script":
            language(engine, call, slot, word, via, option, job=job)
        case "url" | "host":
            remotes.reached(engine, call, slot.kind, word, via, option)
        case "remote" | "refspec" | "package" | "index" | "mount" | "process":
            remotes.named(engine, call, slot.kind, word, via, option)
        case "env-assign":
            variables.env_assign(engine, call, word, slot)
        case "setting":
            _setting(engine, call, slot, words, via, option)
        case "flags":
            _flags(engine, call, slot, words, via, option)
        case _:
            raise AssertionError(f"slot kind `{slot.kind}` is not handled")


def text(engine: "Engine", call: "Call", word: Word, via: Via, option: str, manner: Manner) -> None:
    """Text for a shell: read, and every command in it judged."""
    nesting.shell_text(engine, call, word, via, option, manner)


def language(engine: "Engine", call: "Call", slot: Slot, word: Word, via: Via, option: str, *, job: bool) -> None:
    """Inline code or a small script: what its reader finds becomes effects of this call."""
    if slot.kind == "code":
        engine.add(call.node, call.scene, "code", word.source, via=via, job=job, option=option, span=call.span_of(word))
    if word.text is None and not any(isinstance(part, str) for part in word.parts):
        _unknown_script(engine, call, slot, word, via, option)
        return
    try:
        found = read_language(slot.detail, word)
    except GrammarError as error:
        if slot.kind == "script":
            engine.add(
                call.node,
                call.scene,
                "unknown",
                word.source,
                via=via,
                option=option,
                span=call.span_of(word),
                detail="unreadable",
                why=str(error),
            )
        return
    for one in found:
        _found(engine, call, one, word, via, option, in_code=slot.kind == "code")


def _unknown_script(engine: "Engine", call: "Call", slot: Slot, word: Word, via: Via, option: str) -> None:
    detail = feeding.substituted(engine, call, word)
    if detail:
        kind: Kind = "code" if slot.kind == "code" else "shell"
        engine.add(
            call.node, call.scene, kind, word.source, via=via, option=option, span=call.span_of(word), detail=detail
        )
    else:
        call.node.findings.add("deferred")


def _found(engine: "Engine", call: "Call", one: Found, word: Word, via: Via, option: str, *, in_code: bool) -> None:
    span = call.span_of(word)
    words = tuple(Word(each.parts, span, each.many) for each in one.words)
    if one.does is not None:
        _found_act(engine, call, one, span, via, option)
        if one.does.detail == "computed":
            return
    if not words:
        return
    named = option or one.what
    if in_code and one.slot.kind in {"shell", "argv", "words", "run"}:
        nesting.from_code(engine, call, one, words, via, named)
    elif one.slot.kind == "write" and words[0].unknowns:
        call.node.findings.add("computed-path")
    elif in_code and one.slot.kind in _PATHS and one.slot.kind != "read":
        _in_own_program(engine, call, one.slot, words, via, named)
    elif in_code and one.slot.kind in {"read", "url", "host"}:
        pathing.quiet(engine, call, one.slot.kind, words[0], via, named)
    else:
        slot_words(engine, call, one.slot, words, via, named, Manner(one.job))


def _in_own_program(engine: "Engine", call: "Call", slot: Slot, words: tuple[Word, ...], via: Via, named: str) -> None:
    """A path that inline code changes: the agent's own program, so only what is hard counts."""
    if words[0].text is None:
        return
    scene = call.scene
    call.scene = engine.with_origin(scene, "tool")
    slot_words(engine, call, slot, words, via, named)
    call.scene = scene


def _found_act(engine: "Engine", call: "Call", one: Found, span: tuple[int, int], via: Via, option: str) -> None:
    does = one.does
    if does is None or does.detail == "computed":
        return
    operand = one.words[0].source if one.words else one.what
    engine.add(
        call.node, call.scene, _kind(does), operand, via=via, option=option, span=span, detail=does.detail, why=one.what
    )


def _kind(does: Does) -> Kind:
    return does.effect  # type: ignore[return-value]  # the rule book accepts effect kinds only


def _setting(engine: "Engine", call: "Call", slot: Slot, words: tuple[Word, ...], via: Via, option: str) -> None:
    match slot.detail:
        case "quoted":
            for piece in split_words(words[0]):
                _set(engine, call, *_pair(piece), "config", option)
        case "key":
            _set(engine, call, words[0].text or words[0].head, _twin(call, option), via, option)
        case "value":
            return
        case "env":
            key, given = _pair(words[0])
            name = given[0].text if given else None
            value = call.scene.variables.get(name or "") or call.prefixed.get(name or "")
            _set(engine, call, key, (value or Word((Unknown("computed", f"${name}"),), words[0].span),), via, option)
        case _:
            apart = via == "operand" and "=" not in words[0].head and not slot.repeat
            key, given = (words[0].text or "", _next_operand(call, words)) if apart else _pair(words[0])
            _set(engine, call, key, given, via, option, persist=slot.detail == "persist")


def _set(
    engine: "Engine", call: "Call", key: str, given: tuple[Word, ...], via: Via, option: str, *, persist: bool = False
) -> None:
    if call.rule is None or not key or (not given and via == "operand"):
        return
    known = call.rule.config_option(key.strip().lower())
    if known is None:
        return
    words = given or (literal("true", call.node.span),)
    before = len(call.node.effects)
    option_values(engine, call, known, f"{option} {key}".strip(), words, via if via in {"env", "operand"} else "config")
    if persist and any(effect.grade in {"dangerous", "hard"} for effect in call.node.effects[before:]):
        engine.add(
            call.node,
            call.scene,
            "persist",
            f"{key}={words[0].source}",
            via=via,
            option=key,
            span=call.span_of(words[0]),
            detail="setting",
            why=f"{key} makes {call.rule.tool} run a program from now on",
        )


def _pair(word: Word) -> tuple[str, tuple[Word, ...]]:
    head = word.head
    for mark in ("=", " "):
        key, found, _ = head.partition(mark)
        if found:
            return key, (word.drop(len(key) + 1),)
    return word.text or "", ()


def _next_operand(call: "Call", words: tuple[Word, ...]) -> tuple[Word, ...]:
    if len(words) > 1 or call.reading is None:
        return words[1:2]
    operands = [one for one in call.reading.values if one.via == "operand"]
    for index, one in enumerate(operands):
        if one.words == words:
            return operands[index + 1].words[:1] if index + 1 < len(operands) else ()
    return ()


def _twin(call: "Call", option: str) -> tuple[Word, ...]:
    twin = option.replace("_KEY_", "_VALUE_")
    value = call.prefixed.get(twin) or call.scene.variables.get(twin)
    return (value,) if value is not None else ()


def _flags(engine: "Engine", call: "Call", slot: Slot, words: tuple[Word, ...], via: Via, option: str) -> None:
    word = words[0]
    rule = engine.rulebook.find(slot.detail) if slot.detail else call.rule
    if rule is None:
        return
    own = call.reading is not None and not slot.detail
    before = tuple(literal(name) for name in (call.reading.sub if own and call.reading else ()))
    flags = words if len(words) > 1 else split_words(word)
    try:
        reading = read_argv(rule.grammar, before + flags)
    except GrammarError:
        call.node.findings.add("unread")
        return
    for word_ in reading.unknown:
        engine.add(
            call.node,
            call.scene,
            "unknown",
            word_.source,
            via=via,
            option=option,
            span=call.span_of(word),
            detail="unlisted",
            why=f"{option} holds it",
        )
    for each in reading.values:
        if each.via == "option" or slot.detail:
            slot_words(
                engine,
                call,
                each.slot,
                tuple(Word(one.parts, word.span, one.many) for one in each.words),
                via,
                f"{option}: {each.option}",
                _manner(each),
            )
    for one in reading.acts:
        if one.option:
            act(engine, call, one, via)


def act(engine: "Engine", call: "Call", one: Act, via: Via = "option") -> None:
    """An effect without a value."""
    kind, detail = _kind(one.does), one.does.detail
    option = one.option or " ".join(call.reading.sub if call.reading else ())
    word = call.words[min(one.index + 1, len(call.words) - 1)] if call.words else literal("")
    span = call.span_of(word)
    via = via if one.option else "operand"
    if one.does.to == "operands" and kind in {"write", "delete", "mode", "discard", "read"}:
        for target in one.words or (literal("."),):
            filtered = call.reading is not None and call.reading.filtered
            pathing.path_effect(engine, call, kind, target, via, option, whole_tree=True, below=filtered)
    elif one.does.to == "cwd":
        pathing.path_effect(engine, call, kind, _extraction_folder(call), via, option, below=True)
    else:
        engine.add(
            call.node, call.scene, kind, option or call.node.tool, via=via, option=option, span=span, detail=detail
        )


def _extraction_folder(call: "Call") -> Word:
    if call.reading is not None:
        for one in call.reading.values:
            if one.slot.kind in {"dir", "write"} and one.option in {"-C", "--directory", "--cd"}:
                return one.word
    return literal(".")


def leaks(engine: "Engine", call: "Call") -> None:
    """Secrets that reach the network: through a pipe, a redirection, or inside an argument."""
    remotes.leaks(engine, call)
