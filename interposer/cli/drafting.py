"""A first draft of a rule file from a tool's own help."""

import json
from collections.abc import Mapping

from interposer.cli.documented import Documented


def draft(tool: str, options: Mapping[str, Documented], manual: str) -> str:
    """The text of `rules/<tool>.toml`; every value is text until somebody looks up what becomes of it."""
    style = "single-dash" if _single_dash(options) else "getopt-long"
    lines = [
        f"tool     = {_quoted(tool)}",
        'summary  = ""',
        f"manual   = {_quoted(manual)}",
        "verified = false",
        "",
        "# A draft: each value stands as `text`. Say for each what the tool does with it, then set `complete`.",
        "[grammar]",
        f"style    = {_quoted(style)}",
        "complete = false",
        "",
        "[operands]",
        'slots = ["text*"]',
        "",
        "[options]",
    ]
    for names, value in _grouped(options):
        lines.append(f"{_quoted(', '.join(names))} = {_SLOTS[value]}")
    return "\n".join([*lines, "", "[spawns]", "programs = []", ""])


_SLOTS = {"none": "[]", "optional": '["text?"]', "required": '["text"]'}


def _single_dash(options: Mapping[str, Documented]) -> bool:
    """Whether most long names stand behind one dash."""
    long = [name for name in options if len(name.lstrip("-")) > 1 and name[0] == "-"]
    return sum(not name.startswith("--") for name in long) * 2 > len(long)


def _grouped(options: Mapping[str, Documented]) -> list[tuple[list[str], str]]:
    """Neighbours that are one option, a short and a long spelling with the same value."""
    groups: list[tuple[list[str], str]] = []
    for name, option in options.items():
        short = groups[-1] if groups else None
        if short and short[1] == option.value and len(short[0]) == 1 and _pair(short[0][0], name):
            short[0].append(name)
        else:
            groups.append(([name], option.value))
    return groups


def _pair(short: str, long: str) -> bool:
    return len(short) == 2 and long.startswith("--") and long[2:3].lower() == short[1:].lower()  # noqa: PLR2004 - `-x`


def _quoted(text: str) -> str:
    """A TOML basic string (the escapes of JSON are among its own)."""
    return json.dumps(text, ensure_ascii=False)
