"""The options that a tool's help or manual page documents, read from its text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_NAME = r"(?:--?|\+)(?:\[no-\])?[A-Za-z0-9?#@](?:[\w.+-]*\w)?"
_SPEC = re.compile(
    rf"(?P<name>{_NAME})"
    r"(?P<optional>\[(?:=|\s)?[^\]\s]*\]|\s\[<[^>]+>\])?"
    r"(?P<value>=\S+|\s?<[^>]+>|\s[A-Z][A-Z0-9_:./,-]*(?=[\s,]|$)|\s\[?[a-z_][\w-]*\]?(?=,|\s{2,}|\s*$))?"
)
_BETWEEN = re.compile(r"(?:\s*,\s*|\s*\|\s*|\s*/\s*|\s+or\s+)(?=-|\+)")
_BRACKET = re.compile(r"\[\s*((?:--?)[^\[\]]*(?:\[[^\]]*\][^\[\]]*)*)\]")
_PLACEHOLDERS = frozenset({"-NUM", "-NUMBER", "--no-OPTION"})
_DEEP = 9
_HELPER = re.compile(r"(?<!\S)--[\w-]+=?(?!\S)")


@dataclass(frozen=True, slots=True)
class Documented:
    """One spelling as documented.

    Attributes:
        value: "none", "optional" or "required"; only `=VALUE`, `<VALUE>` and the like are taken as a sign of one.
    """

    name: str
    value: str = "none"


def from_manual(text: str) -> dict[str, Documented]:
    """Options of a manual page; lines that stand deeper than its entries are prose."""
    lines = (_plain(line) for line in text.splitlines())
    return from_help("\n".join(line for line in lines if len(line) - len(line.lstrip()) < _DEEP))


def from_help(text: str) -> dict[str, Documented]:
    """Options from lines that begin with one, and from brackets in usage lines, by their names."""
    found: dict[str, Documented] = {}
    for line in text.splitlines():
        stripped = _plain(line).strip()
        options = _leading(stripped) if stripped.startswith(("-", "+")) else _usage(stripped)
        for option in options:
            known = found.get(option.name)
            if option.name in _PLACEHOLDERS:
                continue
            if known is None or known.value == "none":
                found[option.name] = option
    return found


def from_completion(text: str) -> dict[str, Documented]:
    """Options that `git SUB --git-completion-helper-all` prints: `--name` and `--name=`."""
    names = _HELPER.findall(text)
    return {
        name.rstrip("="): Documented(name.rstrip("="), "required" if name.endswith("=") else "none") for name in names
    }


def _plain(line: str) -> str:
    """A line without overstrikes and colours (man pages)."""
    return re.sub(r"\x1b\[[0-9;]*m|.\x08", "", line).replace("\N{HYPHEN}", "-").replace("\N{MINUS SIGN}", "-")


def _leading(text: str) -> Iterator[Documented]:
    """The spellings at the beginning of a line: `-o, --output=FILE  what it does`."""
    specs: list[tuple[str, str]] = []
    at = 0
    while found := _SPEC.match(text, at):
        kind = "optional" if found["optional"] else "required" if found["value"] else "none"
        specs.append((found["name"], kind))
        between = _BETWEEN.match(text, found.end())
        if between is None:
            break
        at = between.end()
    shared = next((kind for _, kind in reversed(specs) if kind != "none"), "none")
    for name, kind in specs:
        for each in _both(name):
            yield Documented(each, kind if kind != "none" else shared if not name.startswith("+") else "none")


def _both(name: str) -> Iterable[str]:
    """`--[no-]x` is two names."""
    return (name.replace("[no-]", ""), name.replace("[no-]", "no-")) if "[no-]" in name else (name,)


def _usage(text: str) -> Iterator[Documented]:
    """`[-46AaC] [-B address] [--foo|--bar <x>]` in a usage line; a bundle of letters stays one name."""
    for bracket in _BRACKET.findall(text):
        for piece in re.split(r"\s*\|\s*(?=-)", bracket):
            yield from _leading(piece.strip())
