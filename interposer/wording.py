"""The words of a refusal: why, and what to do instead."""

import re

from interposer.policy.combine import Ruling

_PLACES = {
    "home": "the home folder, outside the project",
    "root": "the whole file system",
    "system": "a system folder",
    "outside": "outside the project and the temporary folders",
    "bin": "a folder on somebody's PATH",
    "device": "a device",
    "unknown": "a place that is not known before it runs",
    "project": "the project itself",
    "temp": "the whole temporary folder",
    "git-internals": "the repository's own data",
    "startup": "a start-up file",
    "key": "a key or account file",
    "agent": "an agent's own settings",
    "secret": "a secret store",
}
_CLIP = 120
_FIELD = re.compile(r"\{(\w+)\}")


def _clip(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _CLIP else line[: _CLIP - 1] + "…"


def _filled(template: str, ruling: Ruling) -> str:
    effect = ruling.effect
    fields = {
        "tool": effect.tool or "the command",
        "option": effect.option or "an operand",
        "operand": f"`{_clip(effect.operand)}`",
        "place": _PLACES.get(effect.place, effect.place),
        "detail": effect.detail,
        "why": effect.why or effect.detail,
    }
    return _FIELD.sub(lambda found: fields.get(found.group(1), found.group()), template)


def reason_of(ruling: Ruling) -> str:
    """One clause that names what carries the danger: the option, operand, variable or key."""
    effect = ruling.effect
    if ruling.statement is not None and ruling.statement.reason:
        text = _filled(ruling.statement.reason, ruling)
    else:
        what = {"dangerous": "is dangerous by itself", "hard": "is never allowed"}.get(effect.grade, effect.grade)
        text = _filled(f"{effect.kind} {{operand}} {what}", ruling)
    if effect.why and effect.why not in text:
        text += f" ({_clip(effect.why)})"
    for carrier in (effect.option, effect.through):
        if carrier and carrier not in text:
            text += f" (through {carrier})"
    return text


def advice_of(ruling: Ruling) -> str:
    """What to do instead, in words; "" where the statement has no advice."""
    return _filled(ruling.statement.advice, ruling) if ruling.statement is not None else ""
