"""Records: what the log says of a decision, and of a session's ends.

The journal adds what only it knows: `id`, `seq`, `sseq`, `sprev`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from interposer.audit.canonical import Record, Value
from interposer.audit.redact import Redactor
from interposer.audit.secrets import Span, may_hold_secrets
from interposer.decision import Decision
from interposer.effects import Effect
from interposer.request import Request, Session, Where, Who

VERSION = 1
KINDS = ("session.open", "decision", "exit", "session.close", "gap", "spool.merged")
RECORD_MAX = 65_535
"""C2SP tlog-tiles puts a 16-bit length before each entry of a bundle."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a session's records are made with: how secrets are hidden, digests of what it is judged by."""

    redactor: Redactor
    policy_digest: str = ""
    rules_digest: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the layer knows beyond the request.

    Attributes:
        time: microseconds since the epoch; informative, nothing is decided by it.
        us: microseconds that the decision took.
        parent: id of the record that this command descends from, "" for none.
        lineage: the names above the command, outermost first (`go test`, `pkg.test`).
        secrets: argv indices that a rule's `secret` slot holds.
        secret_spans: the same for a script, as offsets.
        coalesced: how many equal refusals this record stands for beyond the first.
    """

    time: int = 0
    us: int = 0
    parent: str = ""
    lineage: tuple[str, ...] = ()
    secrets: tuple[int, ...] = ()
    secret_spans: tuple[Span, ...] = ()
    coalesced: int = 0


def record_of(decision: Decision, request: Request, session: Session, pinned: Pinned, seen: Seen) -> Record:
    """The record of `decision`; secrets are gone from every text of it."""
    seen = _with_secrets(seen, decision, request)
    hide = _hiding(pinned.redactor, decision, request, seen)
    what = _what(decision, request, seen, hide)
    what["argv"] = list(hide.argv(request.argv, seen.secrets))
    if request.script is not None:
        what["script"] = hide.text(request.script, seen.secret_spans)
    return _record(
        "decision",
        session.sid,
        seen.time,
        who=_who(session.who),
        where=_where(session.where),
        what=what,
        decision={
            "verdict": decision.verdict,
            "rule": decision.rule,
            "rules": list(decision.rules),
            "policy": decision.policy or session.policy,
            "policy_digest": pinned.policy_digest,
            "rules_digest": pinned.rules_digest,
            "reason": hide.text(decision.reason),
            "safer": hide.text(decision.safer),
            "code": decision.code,
            "us": seen.us,
        },
        obs={"exit": None, "ms": None},
    )


def session_open(session: Session, pinned: Pinned, *, time: int, argv: Sequence[str], pid: int = 0) -> Record:
    """The first record of a session: who, where, with which policy and layers, and what was launched."""
    return _record(
        "session.open",
        session.sid,
        time,
        who=_who(session.who),
        where=_where(session.where),
        session={
            "policy": session.policy,
            "policy_digest": pinned.policy_digest,
            "rules_digest": pinned.rules_digest,
            "layers": sorted(session.layers),
            "argv": list(pinned.redactor.argv(argv)),
            "pid": pid,
        },
    )


def session_close(sid: str, *, time: int, counts: Mapping[str, int], exit_status: int | None = None) -> Record:
    """The last record of a session, with its counts by verdict."""
    return _record("session.close", sid, time, counts=dict(counts), obs={"exit": exit_status, "ms": None})


def exit_of(sid: str, decision_id: str, *, time: int, exit_status: int | None, ms: int | None) -> Record:
    """How the command that `decision_id` let through ended, where the layer can know it."""
    return _record("exit", sid, time, of=decision_id, obs={"exit": exit_status, "ms": ms})


def gap(cause: str, *, time: int, sid: str = "", **facts: Value) -> Record:
    """Something that the log cannot tell: a torn line, a segment nobody closed, a spooled file that is no record."""
    return _record("gap", sid, time, gap={"cause": cause, **facts})


def spool_merged(*, time: int, merged: int, ids_sha256: str) -> Record:
    """The mark behind the decisions of the cold path that this segment took in from the spool."""
    return _record("spool.merged", "", time, spool={"merged": merged, "ids_sha256": ids_sha256})


def _record(kind: str, sid: str, time: int, **parts: Value) -> Record:
    return {"v": VERSION, "kind": kind, "sid": sid, "time": time, **parts}


def _who(who: Who) -> Record:
    return {
        "agent": who.agent,
        "assurance": who.assurance,
        "depth": who.depth,
        "user": who.user,
        "uid": who.uid,
        "evidence": who.evidence,
    }


def _where(where: Where) -> Record:
    return {
        "context": where.context,
        "assurance": where.assurance,
        "project": where.project,
        "ci_job": where.ci_job,
        "repo": where.repo,
        "ref": where.ref,
        "evidence": where.evidence,
    }


def _what(decision: Decision, request: Request, seen: Seen, hide: Redactor) -> Record:
    main = decision.commands[0].tool if decision.commands else ""
    return {
        "tool": hide.text(main),
        "exe": request.exe,
        "cwd": request.cwd,
        "line": hide.text(decision.line),
        "effects": [_effect(effect, hide) for effect in decision.effects],
        "layer": request.layer,
        "dialect": request.dialect if request.script is not None else "",
        "pid": request.pid,
        "parent": seen.parent,
        "lineage": [hide.text(name) for name in seen.lineage],
        "findings": list(decision.findings),
        "foreseen": [list(hide.argv(pattern)) for pattern in decision.foreseen],
        "coalesced": seen.coalesced,
    }


def _effect(effect: Effect, hide: Redactor) -> Record:
    """The effect without what its kind already says: empty fields are left out."""
    told: Record = {
        "kind": effect.kind,
        "operand": hide.text(effect.operand),
        "via": effect.via,
        "grade": effect.grade,
        "origin": effect.origin,
        "job": effect.job,
    }
    for name, value in (
        ("tool", effect.tool),
        ("option", effect.option),
        ("place", effect.place),
        ("detail", effect.detail),
        ("nested", effect.nested),
        ("why", effect.why),
    ):
        if value:
            told[name] = hide.text(value)
    return told


class _Open(Redactor):
    """Stands in where a first look at all texts together promises that none holds a secret."""

    __slots__ = ()

    def text(self, text: str, spans: Iterable[Span] = ()) -> str:  # noqa: ARG002 - the redactor's own signature
        return text

    def argv(self, argv: Sequence[str], indices: Iterable[int] = ()) -> tuple[str, ...]:  # noqa: ARG002 - likewise
        return tuple(argv)


def _with_secrets(seen: Seen, decision: Decision, request: Request) -> Seen:
    """With the values that a rule calls secret: places in the script, or whole arguments."""
    if not decision.secrets:
        return seen
    if request.script is not None:
        return replace(seen, secret_spans=(*seen.secret_spans, *decision.secrets))
    taken = (at for start, end in decision.secrets for at in range(start, min(end, len(request.argv))))
    return replace(seen, secrets=(*seen.secrets, *taken))


def _hiding(redactor: Redactor, decision: Decision, request: Request, seen: Seen) -> Redactor:
    if not seen.secrets and not seen.secret_spans and not may_hold_secrets("\0".join(_texts(decision, request, seen))):
        return _Open(redactor.key)
    return redactor.knowing(request.argv, request.script or "", indices=seen.secrets, spans=seen.secret_spans)


def _texts(decision: Decision, request: Request, seen: Seen) -> Iterable[str]:
    yield from request.argv
    yield request.script or ""
    yield from (decision.line, decision.reason, decision.safer, *seen.lineage)
    for effect in decision.effects:
        yield from (effect.operand, effect.option, effect.detail, effect.nested, effect.why)
    for pattern in decision.foreseen:
        yield from pattern
