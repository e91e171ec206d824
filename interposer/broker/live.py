"""A session while it lives in the broker: who asked, its folder, its counts."""

from dataclasses import dataclass, field, replace
from typing import Protocol

from interposer.broker.cache import Environments
from interposer.broker.folder import SessionFolder
from interposer.broker.tools import Tools
from interposer.decision import Decision
from interposer.request import Request, Session

IN_FLIGHT = 256
"""Requests of one session that may wait at the same time; more are answered `ask`."""
FEEDS = 32
"""Shells of one session that may read judged scripts from standard input at the same time."""
_REMEMBERED = 4096


class Sink(Protocol):
    """Where decisions are recorded; each call has written (not synced) before it returns, or raises AuditError."""

    def write(self, decision: Decision, request: Request, *, us: int = 0, coalesced: int = 0, pid: int = 0) -> str:
        """Record a decision; its id.

        Args:
            decision: what was decided.
            request: on what.
            us: how long it took.
            coalesced: equal refusals that stand behind it beyond the first.
            pid: the asking process where it is not the request's.
        """
        ...

    def sync(self) -> None:
        """Make all that was written durable; called in a process of its own."""
        ...


@dataclass(slots=True)
class Refused:
    """An equal refusal that was given before."""

    decision_id: str
    decision: Decision
    request: Request
    count: int = 1


@dataclass(slots=True)
class Live:
    """The state of one session.

    Attributes:
        terminal: device of the terminal that the person who opened the session sits at, 0 for none.
        shell: what `interposer-shell` is.
        launcher: pid and start time of the process whose descendants belong to the session.
    """

    session: Session
    folder: SessionFolder
    tools: Tools
    shell: str = "bash"
    terminal: int = 0
    launcher: tuple[int, int] = (0, 0)
    environments: Environments = field(default_factory=Environments)
    waiting: int = 0
    feeds: int = 0
    decisions: int = 0
    _refused: dict[tuple[str, str, str], Refused] = field(default_factory=dict)

    def refused_before(self, decision: Decision) -> Refused | None:
        """The equal refusal of this session, counted once more; None for the first of its kind."""
        found = self._refused.get(_kind(decision))
        if found is not None:
            found.count += 1
        return found

    def remember(self, decision: Decision, request: Request, decision_id: str) -> None:
        """This refusal was recorded; the next equal one is only counted."""
        if len(self._refused) < _REMEMBERED:
            bare = replace(request, env=None)
            self._refused[_kind(decision)] = Refused(decision_id, decision, bare)

    def repeated(self) -> tuple[Refused, ...]:
        """Refusals that were given more than once."""
        return tuple(found for found in self._refused.values() if found.count > 1)


def _kind(decision: Decision) -> tuple[str, str, str]:
    return decision.rule, decision.line, decision.reason
