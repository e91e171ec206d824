"""When an answer may be given: an allow when it is written, a refusal when it is on the disk."""

import os
import time
from dataclasses import replace

import pytest

from interposer.broker.answer import Question
from interposer.broker.cache import Judgement
from interposer.broker.desk import Desk
from interposer.broker.folder import SessionFolder
from interposer.broker.live import IN_FLIGHT, Live
from interposer.broker.loop import Loop
from interposer.broker.tools import Tool, Tools
from interposer.decision import Decision
from interposer.errors import AuditError
from interposer.request import Request, Session

pytestmark = pytest.mark.suite("broker")


class SlowDisk:
    """A log whose sync waits until `release` is written to, or fails."""

    def __init__(self, *, fails: bool = False) -> None:
        self.written: list[tuple[str, int]] = []
        self.gate, self.release = os.pipe()
        self._fails = fails

    def write(self, decision, request, *, us=0, coalesced=0, pid=0):  # noqa: ARG002 - the interface
        """Keep it."""
        self.written.append((decision.line, coalesced))
        return str(len(self.written))

    def sync(self):
        """Wait."""
        os.read(self.gate, 1)
        if self._fails:
            raise AuditError("the disk is gone")


@pytest.fixture
def desk():
    """A desk whose judge denies lines with `bad`; closed at the end."""
    made = []

    def make(sink):
        loop = Loop()
        made.append(Desk(judge, sink, loop))
        return made[-1], loop

    yield make
    for one in made:
        one.close()


def judge(request):
    """By the line."""
    line = " ".join(request.argv)
    return Judgement(Decision("deny" if "bad" in line else "allow", line=line, rule="r" if "bad" in line else ""), ())


def asked(line):
    """A question."""
    return Question(Request(argv=tuple(line.split())), Tool("/bin/x", 1, 1), (line,))


def live_session(tmp_path):
    """A session."""
    return Live(Session("s"), SessionFolder(tmp_path), Tools())


def run_until(loop, done, count):
    """Let the loop turn until so many answers came, at most five seconds."""
    deadline = time.monotonic() + 5
    loop.ticks.append(lambda: loop.stop() if len(done) >= count or time.monotonic() > deadline else None)
    loop.serve()


def test_only_the_refused_waits_for_the_disk(tmp_path, desk):
    """An allow is answered at once while a refusal waits for the disk; the refusal comes when it is durable."""
    sink = SlowDisk()
    made, loop = desk(sink)
    live, done = live_session(tmp_path), []
    made.decide(asked("bad"), live, lambda decision, name: done.append((decision.verdict, name)))
    made.decide(asked("good"), live, lambda decision, name: done.append((decision.verdict, name)))
    before = list(done)
    os.write(sink.release, b"12")
    run_until(loop, done, 2)

    assert before == [("allow", "2")]
    assert done == [("allow", "2"), ("deny", "1")]


def test_equal_refusals_are_one_record(tmp_path, desk):
    """The second equal refusal has the first one's id, and only the count is written at the end."""
    sink = SlowDisk()
    made, loop = desk(sink)
    live, done = live_session(tmp_path), []
    for _ in range(3):
        made.decide(asked("bad"), live, lambda _, name: done.append(name))
    os.write(sink.release, b"123")
    run_until(loop, done, 3)
    made.write_repeats(live)

    assert done == ["1", "1", "1"]
    assert sink.written == [("bad", 0), ("bad", 2)]


def test_refusal_stays_one_where_the_disk_fails(tmp_path, desk):
    """A log that cannot be brought to the disk is said, and nothing is allowed by it."""
    sink = SlowDisk(fails=True)
    made, loop = desk(sink)
    live, done = live_session(tmp_path), []
    made.decide(asked("bad"), live, lambda decision, _: done.append((decision.verdict, decision.code)))
    os.write(sink.release, b"1")
    run_until(loop, done, 1)

    assert done == [("deny", "IP-71")]


def test_too_many_at_once_are_asked_about(tmp_path, desk):
    """A session with more requests under way than its share gets `ask`, recorded."""
    sink = SlowDisk()
    made, loop = desk(sink)
    live, done = live_session(tmp_path), []
    live.waiting = IN_FLIGHT + 1
    made.decide(asked("good"), live, lambda decision, _: done.append((decision.verdict, decision.code)))
    os.write(sink.release, b"1")
    run_until(loop, done, 1)

    assert done == [("ask", "IP-66")]


def test_cached_allow_is_recorded_again(tmp_path, desk):
    """A decision from the cache is a decision: it has a record of its own."""
    sink = SlowDisk()
    made, _ = desk(sink)
    live, done = live_session(tmp_path), []
    for _ in range(2):
        made.decide(asked("good"), live, lambda _, name: done.append(name))
    made.decide(replace(asked("good"), key=()), live, lambda _, name: done.append(name))

    assert done == ["1", "2", "3"]
