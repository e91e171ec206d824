"""The broker's end of the log: decisions become records of its journal."""

import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path

from interposer.audit.journal import Journal
from interposer.audit.prepared import Prepared, prepared
from interposer.audit.record import Pinned, Seen, record_of, session_close, session_open
from interposer.decision import Decision
from interposer.effects import Effect
from interposer.request import Request, Session


class JournalSink:
    """One journal segment for all sessions of a broker."""

    def __init__(self, state: Path, pinned: Pinned) -> None:
        self._journal = Journal.open(state)
        self._pinned = pinned
        self._counts: dict[str, dict[str, int]] = {}
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def open(self, session: Session, argv: tuple[str, ...], pid: int) -> None:
        """The first record of a session."""
        self._counts[session.sid] = {"allow": 0, "ask": 0, "deny": 0}
        self._journal.append(session_open(session, self._pinned, time=_now(), argv=argv, pid=pid))

    def write(self, decision: Decision, request: Request, *, us: int = 0, coalesced: int = 0, pid: int = 0) -> str:
        """Record a decision; written, not synced."""
        counts = self._counts.setdefault(request.session.sid, {"allow": 0, "ask": 0, "deny": 0})
        known = self._kept.get(id(decision))
        # Of a kept decision that comes again only time, duration and process differ.
        if known is not None and known.decision is decision and not coalesced and _alike(known.request, request):
            name = self._journal.append_prepared(known.ready, time=_now(), us=us, pid=pid or request.pid)
        else:
            seen = Seen(time=_now(), us=us, parent=request.parent, lineage=request.lineage, coalesced=coalesced)
            name = self._write_new(decision, request, seen)
        counts[decision.verdict] += 1 + max(coalesced - 1, 0)
        return name

    def _write_new(self, decision: Decision, request: Request, seen: Seen) -> str:
        """Write a record in full; of an allowed decision, which may come again, it is kept ready."""
        record = record_of(decision, request, request.session, self._pinned, seen)
        name = self._journal.append(record)
        ready = prepared(record) if decision.verdict == "allow" and not seen.coalesced else None
        if ready is not None:
            # The decision itself is held, so that its id() is not given to another one meanwhile.
            self._kept[id(decision)] = _Kept(decision, replace(request, env=None), ready)
            if len(self._kept) > _KEPT_MAX:
                self._kept.popitem(last=False)
        return name

    def tampered(self, verb: str, session: Session, pid: int) -> str:
        """Record that `interposer VERB` was called from within the session that it would change."""
        line = f"interposer {verb}"
        effect = Effect("tamper", line, tool="interposer", option=verb, grade="hard", why="it steers its own guard")
        decision = Decision("deny", rule="tamper", rules=("tamper",), reason=TAMPER, effects=(effect,), line=line)
        request = Request(argv=("interposer", verb), layer="path", session=session, pid=pid)
        name = self.write(decision, replace(request, cwd=""))
        self.sync()
        return name

    def sync(self) -> None:
        """Bring everything written so far to the disk."""
        self._journal.sync()

    def close_session(self, session: Session, status: int | None) -> None:
        """The last record of a session."""
        counts = self._counts.pop(session.sid, {})
        self._journal.append(session_close(session.sid, time=_now(), counts=counts, exit_status=status))

    def close(self) -> None:
        """Seal the segment."""
        self._journal.close()


@dataclass(frozen=True, slots=True)
class _Kept:
    decision: Decision
    request: Request
    ready: Prepared


def _alike(one: Request, other: Request) -> bool:
    """Whether two requests differ at most in environment and process."""
    return (
        one.argv == other.argv
        and one.script == other.script
        and one.cwd == other.cwd
        and one.exe == other.exe
        and one.layer == other.layer
        and one.session is other.session
        and one.dialect == other.dialect
        and one.parent == other.parent
        and one.lineage == other.lineage
    )


_KEPT_MAX = 1024
TAMPER = "this verb changes the guard that the calling session stands under"


def _now() -> int:
    """Microseconds since the epoch; informative only."""
    return time.time_ns() // 1000
