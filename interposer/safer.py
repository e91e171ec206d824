"""The safer form of a refused line: the offending part dropped or rewritten, judged again, shown only if allowed."""

import re
from dataclasses import replace

from interposer.decision import Decision
from interposer.guard import Guard
from interposer.pipeline import decide
from interposer.request import Request

_ROUNDS = 4
_TEXT = 8192
_ENDED = ("-exec", "-ok")
_END = re.compile(r"""\A\s*(?:\\;|';'|";"|\+)(?=\s|$)""")
"""The mark that ends find's command goes with it."""


def with_safer(request: Request, guard: Guard) -> Decision:
    """The decision on `request`, with `safer` filled in where dropping the offending parts gives an allowed line."""
    decision = decide(request, guard)
    if decision.verdict == "allow" or len(decision.line) > _TEXT:
        return decision
    changed, current = request, decision
    for _ in range(_ROUNDS):
        found = _without(changed, current)
        if found is None:
            return decision
        changed = found
        current = decide(changed, guard)
        if current.verdict == "allow":
            useful = current.commands and "rejected" not in current.findings
            return replace(decision, safer=current.line.strip()) if useful else decision
    return decision


def _without(request: Request, decision: Decision) -> Request | None:
    offending = [
        one
        for one in decision.effects
        if one.grade in {"dangerous", "hard"} and one.via in {"option", "env", "config"} and one.option
    ]
    if not offending:
        return None
    span = offending[0].span
    own = next(one for one in decision.effects if one.span == span)
    if own.job and own.kind in {"shell", "code"}:
        return None  # the part stands inside the very text that the line is there to run
    if request.script is None:
        return _argv_without(request, span, offending[0].option)
    return _script_without(request, span, offending[0].option)


def _argv_without(request: Request, span: tuple[int, int], option: str) -> Request | None:
    start, end = span
    argv = list(request.argv)
    if not 0 < start < end <= len(argv):
        return None
    name = option.partition(" ")[0]
    if not argv[start].startswith(name) and start > 1 and argv[start - 1] == name:
        start -= 1
    if name.startswith(_ENDED) and argv[end : end + 1] in ([";"], ["+"]):
        end += 1
    return replace(request, argv=tuple(argv[:start] + argv[end:]))


def _script_without(request: Request, span: tuple[int, int], option: str) -> Request | None:
    text = request.script or ""
    start, end = span
    if not 0 <= start < end <= len(text):
        return None
    name = option.partition(" ")[0].partition(":")[0]
    before = text[:start]
    if not text[start:end].lstrip("'\"").startswith(name):
        stripped = before.rstrip(" \t")
        if stripped.endswith(name) and stripped[: -len(name)].endswith((" ", "\t")):
            before = stripped[: -len(name)]
        elif before.endswith(name + "="):
            before = before[: -len(name) - 1]
        else:
            return None
    elif end - start == len(text.strip()):
        return None
    rest = _END.sub("", text[end:]) if name.startswith(_ENDED) else text[end:]
    joined = before.rstrip(" \t") + (" " if before.strip() and rest.strip() else "") + rest.lstrip(" \t")
    return replace(request, script=joined) if joined.strip() and joined != text else None
