"""What stands above a process."""

import os
import subprocess

import pytest

from interposer.identity.observe import stat_of
from interposer.supervise import lineage as module
from interposer.supervise.lineage import Lineage

pytestmark = pytest.mark.suite("supervise")


@pytest.fixture
def child():
    """A process below this one."""
    with subprocess.Popen(["/bin/sleep", "60"]) as started:
        yield started.pid
        started.kill()


def test_nearest_decision_counts(child):
    """The process' own earlier image goes before its parent, and a parent before nothing."""
    lineage = Lineage(os.getpid())
    top = lineage.above(os.getpid())
    lineage.enter(os.getpid(), top, "agent", "D1", "agent")
    above = lineage.above(child)
    lineage.enter(child, above, "make", "D2", "tool")
    again = lineage.above(child)

    assert (top.first, top.decision) == (True, "")
    assert (above.decision, above.names, above.origin, above.first, above.parent_first) == (
        "D1",
        ("agent",),
        "agent",
        False,
        True,
    )
    assert (again.decision, again.names, again.origin, again.parent_first) == ("D2", ("agent", "make"), "tool", False)


def test_another_layers_decision_changes_no_origin(child):
    """What a shim was allowed becomes the parent; in whose name it speaks is the exec layer's to say."""
    lineage = Lineage(0)
    lineage.enter(os.getpid(), lineage.above(os.getpid()), "make", "D1", "tool")
    lineage.note(child, "D2")
    above = lineage.above(child)

    assert (above.decision, above.origin, above.names) == ("D2", "tool", ("make",))


def test_number_given_away(child):
    """A later process of the same number has none of it."""
    lineage = Lineage(0)
    own = lineage.above(child)
    lineage.enter(child, module.Above(own.start - 1), "x", "D1", "tool")

    assert lineage.above(child).decision == ""
    with pytest.raises(ProcessLookupError):
        lineage.above(1 << 30)


def test_memory_is_bounded(monkeypatch):
    """The least recent are forgotten."""
    monkeypatch.setattr(module, "REMEMBERED", 4)
    lineage = Lineage(0)
    for start in range(10):
        lineage.enter(1, module.Above(start), "x", "D", "agent")

    assert len(lineage._entries) == 4
    assert stat_of(os.getpid()) is not None
