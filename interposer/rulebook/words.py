"""The words of the rule format: which keys each table takes and what stands in them (rules/README.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from interposer.effects import Kind
from interposer_argv.grammar import KINDS, Style

Holds = Literal["text", "texts", "flag", "slots", "does", "when", "table", "tables"]
"""What a key holds: a string, strings, true or false, slots, effects, conditions, a table, several tables."""

STYLES: tuple[str, ...] = get_args(Style)
EFFECTS: frozenset[str] = frozenset(get_args(Kind))
REACHES = ("operands", "cwd")
FORMATS = ("git-config", "ini", "toml", "npmrc", "json", "yaml", "makefile", "lines")
RESERVED = frozenset({"lists", "environment"})
"""Stems of files in `rules/` that are no tools."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it holds, the closed list of its values if there is one, and what it means."""

    holds: Holds
    means: str
    choices: tuple[str, ...] = ()


def _texts(means: str) -> Key:
    return Key("texts", means)


def _flag(means: str) -> Key:
    return Key("flag", means)


GRAMMAR: Mapping[str, Key] = {
    "style": Key("text", "how the command line is read", STYLES),
    "complete": _flag("every documented option is listed"),
    "unknown": Key("text", "what an unlisted option is", ("refuse", "text")),
    "permute": _flag("options may follow operands"),
    "abbreviate": _flag("unique prefixes of long options are accepted"),
    "numeric": _flag("`-20` is an option"),
    "plus": _flag("words with `+` in front are options too"),
    "negate": _flag("`--no-X` is accepted for every listed `--X` and takes it back"),
    "equals": _flag("`-o=v` means v for short options too (pflag, clap)"),
    "rejects": _flag("an option that lacks its value makes the tool end before it does anything; tested by running it"),
    "response": Key("text", "slot kind of FILE where a word `@FILE` holds more words", tuple(sorted(KINDS))),
    "groups": _texts("option tables of [group.NAME] that hold here"),
    "does": Key("does", "effects of the mere call"),
    "unless": _texts("spellings that take the effects of the mere call away"),
    "note": Key("text", "source of a claim"),
}
SUB: Mapping[str, Key] = {
    **GRAMMAR,
    "alias": _texts("other names of the subcommand"),
    "summary": Key("text", "what it does, in one line"),
    "options": Key("table", "its options"),
    "primaries": Key("table", "its options"),
    "operands": Key("table", "its operands"),
}
OPTION: Mapping[str, Key] = {
    "slots": Key("slots", "the values it takes"),
    "does": Key("does", "effects without a value"),
    "to": Key("text", "what `does` acts on", REACHES),
    "makes": Key("text", "slot kind that operands of kind read get", tuple(sorted(KINDS))),
    "until": _texts("end marks of an argv slot"),
    "fills": Key("text", "placeholder that the tool replaces in the value"),
    "split": Key("text", "the value is a list joined by this text"),
    "at": Key("text", "slot kind of FILE where the value is `@FILE`", tuple(sorted(KINDS))),
    "prefix": _flag("the value may be glued to the long name without `=`"),
    "when": Key("when", "other slots under other options"),
    "unless": _texts("spellings that take all its effects away"),
    "harmless": _texts("values that mean nothing dangerous"),
    "job": _flag("running the value is what the tool is for"),
    "commands": _flag("the value holds commands for the user's own work: ordinary programs are fine in it"),
    "appends": _flag("the tool adds arguments of its own behind the value"),
    "detached": _flag("the values are the next words, never attached, also in a bundle (sh -oc errexit TEXT)"),
    "closes": _flag("the words behind it are operands"),
    "dashed": _flag("a lone `-` that is read behind `--`, too"),
    "filters": _flag("it narrows what is acted on"),
    "ends": _flag("the tool prints something and exits"),
    "note": Key("text", "source of the claim"),
}
OPERANDS: Mapping[str, Key] = {
    "slots": Key("slots", "the operands in order"),
    "dashed": Key("text", "slot of every operand behind `--`"),
    "when": Key("when", "other slots under other options"),
    "split": Key("text", "each operand is a list joined by this text"),
    "at": Key("text", "slot kind of FILE where an operand is `@FILE`", tuple(sorted(KINDS))),
    "job": _flag("running them is what the tool is for"),
    "commands": _flag("they are commands for the user's own work: ordinary programs are fine in them"),
    "unless": _texts("spellings that take all their effects away"),
    "harmless": _texts("operands that mean nothing dangerous"),
    "does": Key("does", "effects that giving operands has"),
    "to": Key("text", "what `does` acts on", REACHES),
    "fills": _texts("options whose value is the placeholder in the argv operand"),
    "appends": _flag("the tool adds arguments of its own"),
    "note": Key("text", "source of the claim"),
}
WHEN: Mapping[str, Key] = {"option": _texts("spellings; any one is enough"), "slots": Key("slots", "what holds then")}
AMBIENT: Mapping[str, Key] = {
    "path": Key("text", "where the tool looks"),
    "format": Key("text", "how the file is written", FORMATS),
    "keys": _texts("keys that count for every command of the tool; left out: all of [config]"),
    "note": Key("text", "source of the claim"),
}
SPAWNS: Mapping[str, Key] = {
    "programs": _texts("names of children; `*` matches"),
    "note": Key("text", "source of the claim"),
}
EXAMPLE: Mapping[str, Key] = {
    "line": Key("text", "a command line"),
    "does": _texts("its effects, `KIND OPERAND[ via VIA][ job]`"),
    "note": Key("text", "what it shows"),
}
TOP: Mapping[str, Key] = {
    "tool": Key("text", "the tool's name: the file's stem"),
    "names": _texts("other names of the same program; `*` matches"),
    "summary": Key("text", "what it does, in one line"),
    "manual": Key("text", "what the facts were taken from"),
    "verified": _flag("the tool was run, not only read about"),
    "note": Key("text", "anything a reader must know"),
    "grammar": Key("table", "how the command line is read"),
    "operands": Key("table", "what the operands are"),
    "options": Key("table", "spellings to values"),
    "primaries": Key("table", "the same, for find"),
    "sub": Key("table", "subcommands by name"),
    "group": Key("table", "option tables that subcommands share"),
    "env": Key("table", "environment variables that the tool obeys"),
    "config": Key("table", "configuration keys in lower case"),
    "ambient": Key("tables", "configuration that the tool reads by itself"),
    "spawns": Key("table", "children that are the tool's job"),
    "coverage": Key("table", "spellings that the tool's own texts show and that are no options of it, with the reason"),
    "example": Key("tables", "command lines with their effects"),
}
