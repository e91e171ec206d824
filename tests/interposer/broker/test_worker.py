"""A large text is judged in a process of its own: its decision comes back whole, its end is an `ask`."""

import os
import select

import pytest

from interposer.broker.cache import Judgement
from interposer.broker.worker import TOO_COSTLY, Worker
from interposer.decision import Decision, Judged
from interposer.effects import Effect
from interposer.request import Request

pytestmark = pytest.mark.suite("broker")
EFFECT = Effect("run", "sh", via="option", option="-exec", span=(1, 4), grade="dangerous", why="é\udcff")
FULL = Decision(
    "deny", "r", ("r", "s"), "why", "advice", "safer", (EFFECT,), ("unlisted",),
    (Judged("ls", 1, "ls", "allow", (EFFECT,), ("x",)),), "line", "IP-1", "default", (("a", "b"), ("c",)),
)  # fmt: skip


def outcome(judge):
    """The decision that a worker gives."""
    worker = Worker(judge, Request())
    while not worker.take():
        select.select([worker.descriptor], [], [])
    decision = worker.decision()
    os.waitpid(worker.pid, 0)
    return decision


def test_decision_comes_back_whole():
    """Every field survives the way."""
    assert outcome(lambda _: Judgement(FULL)) == FULL


def broken(_):
    """Raises."""
    raise RuntimeError


def greedy(_):
    """Takes 600 MB."""
    return Judgement(Decision("allow", line="x" * (600 * 1024 * 1024)))


ENDS = {"dies": lambda _: os._exit(0), "raises": broken, "takes-too-much-memory": greedy}


@pytest.mark.parametrize("judge", [pytest.param(call, id=name) for name, call in ENDS.items()])
def test_end_without_a_decision_is_an_ask(judge):
    """A child that dies, breaks or takes too much never allows."""
    assert outcome(judge) == TOO_COSTLY


def test_nonsense_is_an_ask():
    """What is no decision is none."""
    assert outcome(lambda _: Judgement(Decision("maybe"))) == TOO_COSTLY
