"""From TOML values to slots, effects, options and operands; every mistake is an error with its place."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from interposer.rulebook.source import Source
from interposer.rulebook.words import EFFECTS, OPERANDS, OPTION, WHEN, Key
from interposer_argv.grammar import KINDS, Does, Operands, Option, Slot, When

_SLOT = re.compile(r"([a-z-]+)(?::([^*?]*))?([*?]?)")


def checked(source: Source, table: Any, keys: Mapping[str, Key], *at: str) -> dict[str, Any]:
    """`table` where it is a table of known keys that hold what they should.

    Raises:
        RuleError: IP-42 a key is unknown, IP-43 it holds something else.
    """
    if not isinstance(table, dict):
        raise source.error(f"`{'.'.join(at)}` must be a table", *at, code="IP-43")
    for name, value in table.items():
        key = keys.get(name)
        if key is None:
            where = f" in [{'.'.join(at)}]" if at else ""
            raise source.error(
                f"unknown key `{name}`{where}", *at, name, code="IP-42", hint=f"known: {', '.join(keys)}"
            )
        if not _holds(key, value):
            raise source.error(f"`{name}` must be {_NAMES[key.holds]}", *at, name, code="IP-43")
        if key.choices and value not in key.choices:
            choices = ", ".join(key.choices)
            raise source.error(f"`{name}` is `{value}`, known: {choices}", *at, name, code="IP-43")
    return table


_NAMES = {
    "text": "a string",
    "texts": "a list of strings",
    "flag": "true or false",
    "slots": "a list of slots",
    "does": "an effect or a list of effects",
    "when": "a list of `{ option = [..], slots = [..] }`",
    "table": "a table",
    "tables": "a list of tables",
}


def _holds(key: Key, value: Any) -> bool:
    """Whether `value` has the type that `key` asks for."""
    match key.holds:
        case "text":
            return isinstance(value, str)
        case "flag":
            return isinstance(value, bool)
        case "texts" | "does":
            return isinstance(value, str) or _all(value, str)
        case "slots":
            return _all(value, str)
        case "when" | "tables":
            return _all(value, dict)
        case "table":
            return isinstance(value, dict)


def _all(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def texts(value: Any) -> tuple[str, ...]:
    """One string or several."""
    return (value,) if isinstance(value, str) else tuple(value or ())


def slot(source: Source, text: str, *at: str) -> Slot:
    """The slot that `kind`, `kind:detail`, `kind?` or `kind*` writes.

    Raises:
        RuleError: IP-43 the kind is not one of the closed list.
    """
    made = _slot(text)
    if made is None:
        raise source.error(f"unknown slot kind `{text}`", *at, code="IP-43", hint=f"known: {', '.join(sorted(KINDS))}")
    return made


@lru_cache(maxsize=1024)
def _slot(text: str) -> Slot | None:
    found = _SLOT.fullmatch(text)
    if found is None or found[1] not in KINDS:
        return None
    return Slot(found[1], found[2] or "", found[3] == "?", found[3] == "*")


def slots(source: Source, value: Any, *at: str) -> tuple[Slot, ...]:
    """A list of slots."""
    return tuple(slot(source, text, *at) for text in value or ())


def effects(source: Source, value: Any, to: str, *at: str) -> tuple[Does, ...]:
    """The effects of `does`, `kind` or `kind:detail`.

    Raises:
        RuleError: IP-43 the effect is not one of the closed list.
    """
    found = []
    for text in texts(value):
        effect, _, detail = text.partition(":")
        if effect not in EFFECTS:
            known = ", ".join(sorted(EFFECTS))
            raise source.error(f"unknown effect `{text}`", *at, code="IP-43", hint=f"known: {known}")
        found.append(Does(effect, detail, to))
    return tuple(found)


def conditions(source: Source, value: Any, *at: str) -> tuple[When, ...]:
    """The list under `when`."""
    found = []
    for item in value or ():
        table = checked(source, item, WHEN, *at, "when")
        if not table.get("option") or "slots" not in table:
            raise source.error("`when` needs `option` and `slots`", *at, "when", code="IP-43")
        found.append(When(texts(table["option"]), slots(source, table["slots"], *at)))
    return tuple(found)


def option(source: Source, names: tuple[str, ...], value: Any, *at: str) -> Option:
    """One entry of an option, variable or configuration table.

    Raises:
        RuleError: IP-42 or IP-43, or IP-45 where two keys contradict each other.
    """
    if not value and isinstance(value, list):
        return Option(names)
    if isinstance(value, list):
        value = {"slots": value}
    table = checked(source, value, OPTION, *at)
    taken = slots(source, table.get("slots"), *at)
    when = conditions(source, table.get("when"), *at)
    if any(item.repeat for item in taken):
        raise source.error("`*` belongs to operands: an option takes a fixed number of values", *at, code="IP-45")
    if any(len(condition.slots) != len(taken) for condition in when):
        raise source.error("`when` must give as many slots as `slots` has", *at, code="IP-45")
    if table.get("prefix") and not taken:
        raise source.error("`prefix` glues a value to the name: it needs a slot", *at, code="IP-45")
    if table.get("detached") and (not taken or any(item.optional or item.kind in {"argv", "rest"} for item in taken)):
        raise source.error("`detached` needs slots that take one word each", *at, code="IP-45")
    if "-" in names and taken:
        raise source.error("a lone `-` takes no value", *at, code="IP-45")
    if table.get("dashed") and "-" not in names:
        raise source.error("`dashed` is for a lone `-`", *at, code="IP-45")
    if table.get("until") and not any(item.kind in {"argv", "rest"} for item in taken):
        raise source.error("`until` needs an argv slot", *at, code="IP-45")
    return Option(
        names,
        taken,
        effects(source, table.get("does"), table.get("to", ""), *at),
        table.get("makes", ""),
        texts(table.get("until")),
        table.get("fills", ""),
        table.get("split", ""),
        table.get("at", ""),
        table.get("prefix", False),
        when,
        texts(table.get("unless")),
        texts(table.get("harmless")),
        table.get("job", False),
        table.get("filters", False),
        table.get("ends", False),
        table.get("note", ""),
        table.get("commands", False),
        table.get("appends", False),
        table.get("detached", False),
        table.get("closes", False),
        table.get("dashed", False),
    )


def operands(source: Source, value: Any, *at: str) -> Operands:
    """An [operands] table.

    Raises:
        RuleError: IP-42 or IP-43, or IP-45 where a slot could never be filled.
    """
    table = checked(source, value, OPERANDS, *at)
    found = Operands(
        slots(source, table.get("slots"), *at),
        slot(source, table["dashed"], *at) if "dashed" in table else None,
        conditions(source, table.get("when"), *at),
        table.get("split", ""),
        table.get("job", False),
        texts(table.get("fills")),
        table.get("appends", False),
        table.get("at", ""),
        texts(table.get("unless")),
        texts(table.get("harmless")),
        effects(source, table.get("does"), table.get("to", ""), *at),
        table.get("commands", False),
    )
    for taken in (found.slots, *(condition.slots for condition in found.when)):
        _fillable(source, taken, *at)
    return found


def _fillable(source: Source, taken: tuple[Slot, ...], *at: str) -> None:
    """Refuse operand slots that no operand reaches."""
    stars = [index for index, item in enumerate(taken) if item.repeat]
    if len(stars) > 1:
        raise source.error("only one operand slot may repeat (`*`)", *at, code="IP-45")
    for index, item in enumerate(taken):
        if item.kind not in {"argv", "rest"}:
            continue
        if index + 1 < len(taken):
            raise source.error(f"nothing can stand behind `{item.kind}`: it takes all that is left", *at, code="IP-45")
        if stars and stars != [index] and (taken[stars[0]].kind != "env-assign" or stars[0] != index - 1):
            raise source.error(f"only `env-assign*` may repeat in front of `{item.kind}`", *at, code="IP-45")
