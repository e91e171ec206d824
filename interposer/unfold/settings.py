"""Values that hold further options: configuration pairs and text read as more options of a tool."""

from dataclasses import replace
from typing import TYPE_CHECKING

from interposer.unfold import slots
from interposer.unfold.manner import Manner
from interposer.unfold.splitting import split_words
from interposer_argv.grammar import Slot
from interposer_argv.reader import read as read_argv
from interposer_argv.reading import GrammarError
from interposer_shell.word import Unknown, Word, literal

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine


def setting(engine: "Engine", call: "Call", slot: Slot, words: tuple[Word, ...], manner: Manner) -> None:
    """`key=value`, or a key with the next operand as its value (the details stand in rules/README.md)."""
    first = words[0]
    match slot.detail:
        case "value":
            return
        case "quoted":
            for piece in split_words(first):
                _set(engine, call, *_pair(piece), replace(manner, via="config"))
        case "key":
            _set(engine, call, first.text or first.head, _twin(call, manner.option), manner)
        case "env":
            key, given = _pair(first)
            _set(engine, call, key, (_variable(call, given, first),), manner)
        case _:
            apart = manner.via == "operand" and "=" not in first.head and not slot.repeat
            key, given = (first.text or "", _next_operand(call, words)) if apart else _pair(first)
            _set(engine, call, key, given, manner, persist=slot.detail == "persist")


def _set(
    engine: "Engine", call: "Call", key: str, given: tuple[Word, ...], manner: Manner, *, persist: bool = False
) -> None:
    if call.rule is None or not key or (not given and manner.via == "operand"):
        return
    known = call.rule.config_option(key.strip().lower())
    if known is None:
        return
    words = tuple(_unquoted(word) for word in given) or (literal("true", call.node.span),)
    before = len(call.node.effects)
    via = manner.via if manner.via in {"env", "operand"} else "config"
    slots.option_values(engine, call, known, words, Manner(via, f"{manner.option} {key}".strip()))
    if persist and any(effect.grade in {"dangerous", "hard"} for effect in call.node.effects[before:]):
        why = f"{key} makes {call.rule.tool} run a program from now on"
        operand = Word((f"{key}={words[0].source}",), words[0].span)
        engine.found(call, "persist", operand, replace(manner, option=key), detail="setting", why=why)


def _unquoted(word: Word) -> Word:
    """The value without the quotes that a configuration file puts around it (TOML: `key = "value"`)."""
    text = word.text
    quoted = text is not None and len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return literal(text[1:-1], word.span) if text is not None and quoted else word


def _pair(word: Word) -> tuple[str, tuple[Word, ...]]:
    for mark in ("=", " "):
        key, found, _ = word.head.partition(mark)
        if found:
            return key, (word.drop(len(key) + 1),)
    return word.text or "", ()


def _variable(call: "Call", given: tuple[Word, ...], at: Word) -> Word:
    name = (given[0].text if given else None) or ""
    found = call.scene.variables.get(name) or call.prefixed.get(name)
    return found or Word((Unknown("computed", f"${name}"),), at.span)


def _next_operand(call: "Call", words: tuple[Word, ...]) -> tuple[Word, ...]:
    if len(words) > 1 or call.reading is None:
        return words[1:2]
    operands = [one for one in call.reading.values if one.via == "operand"]
    for index, one in enumerate(operands[:-1]):
        if one.words == words:
            return operands[index + 1].words[:1]
    return ()


def _twin(call: "Call", option: str) -> tuple[Word, ...]:
    twin = option.replace("_KEY_", "_VALUE_")
    value = call.prefixed.get(twin) or call.scene.variables.get(twin)
    return (value,) if value is not None else ()


def flags(engine: "Engine", call: "Call", slot: Slot, words: tuple[Word, ...], manner: Manner) -> None:
    """More options of this same tool, or of the tool that the slot names (`flags:node`)."""
    rule = engine.rulebook.find(slot.detail) if slot.detail else call.rule
    if rule is None:
        return
    own = call.reading is not None and not slot.detail
    before = tuple(literal(name) for name in (call.reading.sub if own and call.reading else ()))
    given = words if len(words) > 1 else split_words(words[0])
    try:
        reading = read_argv(rule.grammar, before + given)
    except GrammarError:
        call.node.findings.add("unread")
        return
    span = call.span_of(words[0])
    for word in reading.unknown:
        why = f"{manner.option} holds it"
        engine.found(call, "unknown", Word(word.parts, span), manner, detail="unlisted", why=why)
    for one in reading.values:
        if one.via == "option" or slot.detail:
            moved = tuple(Word(each.parts, span, each.many) for each in one.words)
            taken = replace(slots.manner_of(one), via=manner.via, option=f"{manner.option}: {one.option}")
            caller, call.rule = call.rule, rule
            slots.slot_words(engine, call, one.slot, moved, taken)
            call.rule = caller
    for act in reading.acts:
        if act.option:
            slots.act(engine, call, act, manner.via)
