"""Where questions become recorded decisions: cache, judge, large texts, quotas, durable refusals."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from interposer.broker.answer import Question
from interposer.broker.cache import DecisionCache, Judge
from interposer.broker.live import IN_FLIGHT, Live, Sink
from interposer.broker.loop import Loop
from interposer.broker.syncer import Syncer
from interposer.broker.worker import HEAVY, Worker
from interposer.decision import Decision
from interposer.errors import AuditError
from interposer.request import Request

WORKERS: Final = 2
QUEUED: Final = 64
"""Large texts that may wait for a worker; more are answered `ask`."""

Done = Callable[[Decision, str], None]
"""Gets the decision and its id when the answer may be given."""


@dataclass(frozen=True, slots=True)
class _Case:
    question: Question
    live: Live
    started: int
    done: Done


class Desk:
    """Decides and records; an allowed answer is given when it is written, a refused one when it is durable."""

    def __init__(self, judge: Judge, sink: Sink, loop: Loop, forget: Callable[[], None] = lambda: None) -> None:
        self.judge = judge
        self.sink = sink
        self.cache = DecisionCache()
        self._loop = loop
        self._syncer = Syncer(sink.sync, forget)
        self._heavy: deque[_Case] = deque()
        self._pids: set[int] = set()
        loop.watch(self._syncer.socket, self._syncer.answered)

    @property
    def own_processes(self) -> set[int]:
        """Children that belong to the broker and not to the session."""
        return {self._syncer.pid, *self._pids}

    def decide(self, question: Question, live: Live, done: Done) -> None:
        """Judge and record; `done` is called at once, or when a refusal is durable or a large text is read."""
        case = _Case(question, live, time.monotonic_ns(), done)
        request = question.request
        if live.waiting > IN_FLIGHT or len(self._heavy) >= QUEUED:
            self._record(case, too_many(request, "too many commands of this session wait for an answer"))
            return
        cached = self.cache.get(question.key) if question.key else None
        if cached is not None:
            self._record(case, cached)
        elif _weight(request) > HEAVY:
            self._heavy.append(case)
            self._start_workers()
        else:
            judgement = self.judge(request)
            if question.key:
                self.cache.put(question.key, judgement)
            self._record(case, judgement.decision)

    def repeat(self, question: Question, decision: Decision, live: Live, pid: int) -> bool:
        """Record a kept decision once more for another process; False where it does not stand any more.

        Raises:
            AuditError: it is not recorded.
        """
        started = time.monotonic_ns()
        if live.waiting >= IN_FLIGHT or self.cache.get(question.key) is not decision:
            return False
        live.decisions += 1
        self.sink.write(decision, question.request, us=(time.monotonic_ns() - started) // 1000, pid=pid)
        return True

    def write_repeats(self, live: Live) -> None:
        """Record how often equal refusals were given; at the session's end."""
        for refused in live.repeated():
            self.sink.write(refused.decision, refused.request, coalesced=refused.count - 1)

    def close(self) -> None:
        """End the syncing process."""
        self._loop.unwatch(self._syncer.socket)
        self._syncer.close()

    def _record(self, case: _Case, decision: Decision) -> None:
        live, request = case.live, case.question.request
        live.decisions += 1
        us = (time.monotonic_ns() - case.started) // 1000
        if decision.verdict == "allow":
            case.done(decision, self.sink.write(decision, request, us=us))
            return
        before = live.refused_before(decision)
        if before is None:
            decision_id = self.sink.write(decision, request, us=us)
            live.remember(decision, request, decision_id)
        else:
            # The first record may still be on its way to the disk: the same wait covers it.
            decision_id = before.decision_id
        self._syncer.ask(lambda durable: case.done(decision if durable else _undurable(decision), decision_id))

    def _start_workers(self) -> None:
        while self._heavy and len(self._pids) < WORKERS:
            case = self._heavy.popleft()
            worker = Worker(self.judge, case.question.request)
            self._pids.add(worker.pid)
            self._loop.watch(worker.descriptor, lambda worker=worker, case=case: self._worked(worker, case))  # type: ignore[misc]

    def _worked(self, worker: Worker, case: _Case) -> None:
        if not worker.take():
            return
        self._loop.unwatch(worker.descriptor)
        self._pids.discard(worker.pid)
        decision = worker.decision()
        try:
            self._record(case, decision)
        except AuditError as error:
            case.done(unwritten(case.question.request, error), "")
        self._start_workers()


def too_many(request: Request, reason: str) -> Decision:
    """The answer to a session that asks for more than its share."""
    return Decision(
        "ask", rule="quota", code="IP-66", line=line_of(request), reason=reason,
        advice="run fewer commands at the same time",
    )  # fmt: skip


def unwritten(request: Request, error: AuditError) -> Decision:
    """What cannot be logged does not run."""
    return Decision(
        "deny", rule="unlogged", code=error.code, line=line_of(request), reason=str(error), advice=error.hint
    )


def line_of(request: Request) -> str:
    """The request as one readable line."""
    return request.script if request.script is not None else " ".join(request.argv)


def _weight(request: Request) -> int:
    return sum(map(len, request.argv)) + len(request.script or "")


def _undurable(decision: Decision) -> Decision:
    return Decision(
        "deny", rule=decision.rule, code="IP-71", line=decision.line, reason=decision.reason,
        advice="the log cannot be brought to the disk: free space or repair it",
    )  # fmt: skip
