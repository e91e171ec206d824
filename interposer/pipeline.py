"""Request to decision in one visible function; pure."""

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from interposer.decision import Decision, Judged, Verdict
from interposer.guard import Guard, policy_for
from interposer.places import terrain
from interposer.policy.combine import Ruling, rule_on, strictest, telling
from interposer.policy.model import Policy
from interposer.request import Request
from interposer.unfold import variables
from interposer.unfold.engine import Engine
from interposer.unfold.node import ExhaustedError, Node
from interposer.unfold.scene import Folder, Scene
from interposer.unfold.views import Viewer
from interposer.wording import advice_of, reason_of
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.effects import Effect

MAX_ARGV = 2 * 1024 * 1024
"""Bytes of argv beyond which nothing is judged."""


def decide(request: Request, guard: Guard) -> Decision:
    """Judge `request` with all that `guard` holds: unfold, grade, rule on each effect, combine."""
    session = request.session
    policy = guard.policy(policy_for(session.policy, session.where.context))
    engine = _engine(request, guard)
    try:
        _unfold(engine, request)
    except ExhaustedError as error:
        return _asked(request, policy, str(error))
    decision = conclude(engine.nodes, request, policy)
    return replace(decision, secrets=tuple(sorted(engine.secrets))) if engine.secrets else decision


def _engine(request: Request, guard: Guard) -> Engine:
    where = request.session.where
    ground = terrain(guard.lists, where.project or request.cwd, where.home, where.temp, guard.world.physical)
    viewer = Viewer(ground, guard.lists, request.env, ci=where.context == "ci")
    return Engine(
        guard.rulebook,
        guard.lists,
        ground,
        viewer,
        guard.world,
        deferring="exec" in request.session.layers,
        settled=request.session.environ is not None,
        shimmed=request.layer == "path" and request.session.environ is not None,
    )


def _unfold(engine: Engine, request: Request) -> None:
    scene = Scene(Folder(request.cwd), origin=request.origin)
    changed = changed_environment(request)
    variables.inherited(engine, scene, changed)
    if request.script is not None:
        scene.arguments = tuple(Word((text,)) for text in request.args) or None
        engine.script(request.script, scene, dialect=request.dialect)
        return
    if sum(len(text) for text in request.argv) > MAX_ARGV:
        raise ExhaustedError("the argument list is longer than 2 MB")
    words = tuple(Word((text,) if text else (), (index, index + 1)) for index, text in enumerate(request.argv))
    if words:
        engine.program(words, scene)


_MOVING = frozenset({"PWD", "OLDPWD", "SHLVL", "_", "COLUMNS", "LINES", "TERM", "PATH", "SHELL", "TMPDIR"})


def changed_environment(request: Request) -> dict[str, str]:
    """Variables of the asking process that differ from what the session was opened with: what the agent set.

    Where that is not known (no session, a lost broker) every variable counts, but only the ones that make any
    program execute are judged then.
    """
    if request.env is None:
        return {}
    opened = request.session.environ
    known = request.env if opened is None else {}
    before = opened or {}
    return {
        name: value
        for name, value in request.env.items()
        if name not in _MOVING and (name in known or before.get(name) != value)
    }


def _asked(request: Request, policy: Policy, why: str) -> Decision:
    return Decision(
        "ask", "budget", ("budget",), why, findings=("budget",), line=line_of(request), policy=policy.name, code="IP-30"
    )


def line_of(request: Request) -> str:
    """The request as one readable line."""
    if request.script is not None:
        return request.script
    return " ".join(shlex.quote(text) for text in request.argv)


def conclude(nodes: list[Node], request: Request, policy: Policy) -> Decision:
    """Rule on every effect of `nodes` and combine: per command, then per request, the strictest."""
    session = request.session
    rulings = [(node, [rule_on(effect, policy, session, node.line) for effect in node.effects]) for node in nodes]
    # What a tool starts from older input is the tool's business: a closed world is made of what the agent says.
    closed: list[Verdict] = ["allow" if request.origin == "tool" else _closed(node, policy) for node in nodes]
    judged = tuple(_judged(node, found, extra) for (node, found), extra in zip(rulings, closed, strict=True))
    findings = tuple(sorted({finding for node in nodes for finding in node.findings}))
    every = [ruling for _, found in rulings for ruling in found]
    effects = tuple(dict.fromkeys(ruling.effect for ruling in every))
    verdict = strictest([one.verdict for one in judged] or ["allow"])
    base = Decision(
        "allow", effects=effects, findings=findings, commands=judged, line=line_of(request), policy=policy.name
    )
    if verdict == "allow":
        return base
    worst = _worst(every, verdict)
    if worst is None:
        return replace(
            base, verdict=verdict, rule="strict-unknown", rules=("strict-unknown",), reason=_unknown_reason(judged)
        )
    ids = tuple(dict.fromkeys(one.rule for one in every if one.verdict != "allow"))
    found = replace(base, verdict=verdict, rule=worst.rule, rules=ids, reason=reason_of(worst), advice=advice_of(worst))
    return replace(found, verdict="allow", findings=(*findings, "observed-only")) if policy.mode == "observe" else found


_GRADES = ("harmless", "recorded", "dangerous", "hard")


def _worst(rulings: list[Ruling], verdict: Verdict) -> Ruling | None:
    found = [one for one in rulings if one.verdict == verdict]
    return max(found, key=_weight, default=None)


def _weight(ruling: Ruling) -> tuple[int, int]:
    """The worse grade first, then the statement that says most about the effect."""
    said = 1 + telling(ruling.statement) if ruling.statement else 0
    return _GRADES.index(ruling.effect.grade), said


def _closed(node: Node, policy: Policy) -> Verdict:
    loose = {"unlisted", "may-be-option", "unread", "deferred", "unknown-folder"} & node.findings
    return "deny" if policy.closed and loose else "allow"


def _unknown_reason(judged: tuple[Judged, ...]) -> str:
    first = next(one for one in judged if one.verdict != "allow")
    return f"`{first.tool}` is not listed, or its words are not known before it runs"


def _judged(node: Node, rulings: list[Ruling], extra: Verdict) -> Judged:
    verdict = strictest([extra, *(ruling.verdict for ruling in rulings)])
    effects: tuple[Effect, ...] = tuple(dict.fromkeys(ruling.effect for ruling in rulings))
    ids = tuple(dict.fromkeys(one.rule for one in rulings if one.rule))
    return Judged(node.line, node.depth, node.tool, verdict, effects, ids)
