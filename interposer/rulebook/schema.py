"""The JSON schema of rule files, made from the same tables that the loader checks with."""

from collections.abc import Mapping
from typing import Any

from interposer.rulebook.words import AMBIENT, EFFECTS, EXAMPLE, GRAMMAR, OPERANDS, OPTION, SPAWNS, SUB, TOP, WHEN, Key
from interposer_argv.grammar import KINDS

Json = dict[str, Any]

_TABLES: Mapping[str, Json] = {
    "grammar": {"$ref": "#/$defs/grammar"},
    "operands": {"$ref": "#/$defs/operands"},
    "options": {"$ref": "#/$defs/options"},
    "primaries": {"$ref": "#/$defs/options"},
    "env": {"$ref": "#/$defs/options"},
    "config": {"$ref": "#/$defs/options"},
    "spawns": {"$ref": "#/$defs/spawns"},
    "coverage": {"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
    "ambient": {"type": "array", "items": {"$ref": "#/$defs/ambient"}},
    "example": {"type": "array", "items": {"$ref": "#/$defs/example"}},
    "sub": {"type": "object", "additionalProperties": {"$ref": "#/$defs/sub"}},
    "group": {"type": "object", "additionalProperties": {"$ref": "#/$defs/options"}},
}


def schema() -> Json:
    """The schema of `rules/<tool>.toml` (JSON Schema 2020-12)."""
    kinds = "|".join(sorted(KINDS))
    effects = "|".join(sorted(EFFECTS))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "interposer rule file",
        **_object(TOP, required=["tool", "grammar"]),
        "$defs": {
            "slot": {"type": "string", "pattern": f"^({kinds})(:[^*?]*)?[*?]?$"},
            "slots": {"type": "array", "items": {"$ref": "#/$defs/slot"}},
            "effect": {"type": "string", "pattern": f"^({effects})(:.*)?$"},
            "texts": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "when": _object(WHEN, required=["option", "slots"]),
            "option": {"anyOf": [{"$ref": "#/$defs/slots"}, _object(OPTION)]},
            "options": {"type": "object", "additionalProperties": {"$ref": "#/$defs/option"}},
            "operands": _object(OPERANDS),
            "grammar": _object(GRAMMAR),
            "sub": _object(SUB),
            "spawns": _object(SPAWNS),
            "ambient": _object(AMBIENT, required=["path", "format"]),
            "example": _object(EXAMPLE, required=["line", "does"]),
        },
    }


def _object(keys: Mapping[str, Key], required: list[str] | None = None) -> Json:
    """A table of exactly these keys."""
    made: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: {**_value(name, key), "description": key.means} for name, key in keys.items()},
    }
    return {**made, "required": required} if required else made


def _value(name: str, key: Key) -> Json:
    """What one key holds."""
    match key.holds:
        case "text":
            return {"type": "string", "enum": list(key.choices)} if key.choices else {"type": "string"}
        case "flag":
            return {"type": "boolean"}
        case "texts":
            return {"$ref": "#/$defs/texts"}
        case "slots":
            return {"$ref": "#/$defs/slots"}
        case "does":
            effect = {"$ref": "#/$defs/effect"}
            return {"anyOf": [effect, {"type": "array", "items": effect}]}
        case "when":
            return {"type": "array", "items": {"$ref": "#/$defs/when"}}
        case "table" | "tables":
            return _TABLES[name]
