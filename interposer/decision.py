"""A decision: the verdict with everything it rests on."""

from dataclasses import dataclass
from typing import Literal

from interposer.effects import Effect

Verdict = Literal["allow", "ask", "deny"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One command of the request with its own verdict: a node of the tree that `explain` draws."""

    line: str
    depth: int
    tool: str
    verdict: Verdict
    effects: tuple[Effect, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a request.

    Attributes:
        rule: id of the statement (or grade rule) that decided, "" for a plain allow.
        rules: ids of all statements that matched.
        reason: one clause that names what carries the danger, "" for a plain allow.
        advice: what to do instead, in words.
        safer: a command line that was judged and allowed, "" where none is known.
        findings: words of the closed list (`unlisted`, `may-be-option`, `deferred`, ...).
        commands: every command that was looked at.
        line: the request as one readable line.
        foreseen: argv patterns that this decision expects at the exec layer.
        secrets: where values stand that a rule calls secret: spans in the script, or argv index and index + 1.
    """

    verdict: Verdict
    rule: str = ""
    rules: tuple[str, ...] = ()
    reason: str = ""
    advice: str = ""
    safer: str = ""
    effects: tuple[Effect, ...] = ()
    findings: tuple[str, ...] = ()
    commands: tuple[Judged, ...] = ()
    line: str = ""
    code: str = ""
    policy: str = ""
    foreseen: tuple[tuple[str, ...], ...] = ()
    secrets: tuple[tuple[int, int], ...] = ()
