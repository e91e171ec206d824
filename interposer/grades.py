"""What an effect at a place means by itself: the table of DESIGN section 5."""

from typing import assert_never

from interposer.effects import Effect, Grade, Place

HARD_DETAILS = frozenset(
    {
        "remote-code", "hidden-text", "remote-shell", "privileged-shell", "fetched-file", "environment", "secret",
        "setuid", "machine",
    }
)  # fmt: skip
"""Details that make an effect hard whatever its kind."""
_OPEN: frozenset[Place] = frozenset({"project", "temp", "null", "ci", "env-file", ""})
_OWN: frozenset[Place] = frozenset({"project", "", "ci", "env-file", "home", "outside"})
_TELLING: frozenset[Place] = frozenset({"startup", "key", "agent", "secret", "device", "git-internals"})
_HARD_WRITE: frozenset[Place] = frozenset({"startup", "key", "agent", "device"})


def grade(effect: Effect) -> Grade:  # noqa: C901, PLR0912 - the closed table of DESIGN section 5, a line a kind
    """The grade of `effect`."""
    if effect.detail in HARD_DETAILS:
        return "hard"
    if effect.detail == "harmless":
        return "harmless"
    match effect.kind:
        case "run" | "shell" | "code" | "env":
            return "dangerous" if not effect.job or effect.detail == "computed" else "harmless"
        case "load" | "config":
            return _loaded(effect)
        case "read":
            return _read(effect)
        case "write":
            return _written(effect)
        case "delete":
            return _deleted(effect)
        case "mode":
            return "recorded" if effect.place in _OPEN else _unsure(effect)
        case "discard":
            return "dangerous" if effect.detail == "tree" or effect.whole else "recorded"
        case "publish":
            return "dangerous" if effect.detail in {"release", "protected-branch"} else "recorded"
        case "install":
            return "dangerous" if effect.detail == "index" else "recorded"
        case "escape":
            return "dangerous" if effect.detail == "local" else "recorded"
        case "fetch" | "send":
            return "dangerous" if effect.detail == "unlisted-remote" else "recorded"
        case "listen" | "privilege":
            return "recorded"
        case "persist":
            return "dangerous" if effect.detail == "setting" else "hard"
        case "tamper":
            return "hard"
        case "unknown":
            return "dangerous"
        case _:
            assert_never(effect.kind)


def _loaded(effect: Effect) -> Grade:
    if not effect.job or effect.detail in {"computed", "unread"}:
        return "dangerous"
    return "harmless" if effect.kind == "load" or effect.place in _OWN else "dangerous"


def _read(effect: Effect) -> Grade:
    if effect.place == "secret":
        return "dangerous"
    return "recorded" if effect.place == "env-file" else "harmless"


def _unsure(effect: Effect) -> Grade:
    return "recorded" if effect.place == "unknown" and effect.detail == "deferred" else "dangerous"


def _written(effect: Effect) -> Grade:
    if effect.detail == "folder":
        return "dangerous" if effect.place in _TELLING else "recorded"
    if effect.place in _HARD_WRITE:
        return "hard"
    if effect.place in _OPEN:
        return "harmless"
    return _unsure(effect)


def _deleted(effect: Effect) -> Grade:
    if effect.place == "device" or (effect.whole and effect.place in {"root", "home", "system"}):
        return "hard"
    if effect.place in {"project", "env-file"}:
        return "dangerous" if effect.whole else "recorded"
    if effect.place in {"temp", "null", "ci", ""}:
        return "dangerous" if effect.whole and effect.place == "temp" else "harmless"
    return _unsure(effect)
