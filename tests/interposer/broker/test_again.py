"""Requests that come again: answered from memory only while the world is as it was."""

import os
from dataclasses import replace

import pytest

from interposer.broker.again import LONGEST, REMEMBERED, Before, Memory
from interposer.broker.answer import Refuse, question_of
from interposer.broker.folder import SessionFolder
from interposer.broker.frames import HAS_CWD, Ask
from interposer.broker.live import Live
from interposer.broker.tools import Tools
from interposer.decision import Decision
from interposer.request import Session

pytestmark = pytest.mark.suite("broker")


@pytest.fixture
def world(tmp_path):
    """Two folders of programs, a current folder, a session."""
    for name in ("first", "second", "here"):
        (tmp_path / name).mkdir()
    _program(tmp_path / "second/git")
    live = Live(Session("s"), SessionFolder(tmp_path), Tools())
    path = f"PATH={tmp_path / 'first'}:{tmp_path / 'second'}"
    ask = Ask(b"/x/bin/git", os.fsencode(tmp_path / "here"), (b"git", b"status"), (path.encode(),), HAS_CWD)
    return tmp_path, live, ask


def _program(path):
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


def _before(ask, live, folder):
    here = os.open(folder, os.O_PATH)
    question = question_of(ask, [here], 1, live)
    os.close(here)
    assert not isinstance(question, Refuse)
    return Before(ask, question, live, Decision("allow"), b"reply")


def _nothing(_):
    pass


CHANGES = {
    "nothing": (_nothing, True),
    "program-in-an-earlier-folder": (lambda at: _program(at / "first/git"), False),
    "program-replaced": (lambda at: (_program(at / "g"), (at / "g").replace(at / "second/git")), False),
    "program-gone": (lambda at: (at / "second/git").unlink(), False),
    "program-not-executable": (lambda at: (at / "second/git").chmod(0o644), False),
}


@pytest.mark.parametrize(("change", "same"), [pytest.param(*row, id=name) for name, row in CHANGES.items()])
def test_other_program_is_another_question(world, change, same):
    """The same bytes ask the same only while the name means the same file."""
    at, live, ask = world
    before = _before(ask, live, at / "here")
    change(at)
    here = os.open(at / "here", os.O_PATH)

    try:
        assert before.is_asked([here], live) == same
    finally:
        os.close(here)


def test_other_folder_is_another_question(world):
    """A descriptor of another folder than the one that was judged is another question, whatever the bytes say."""
    at, live, ask = world
    before = _before(ask, live, at / "here")
    (at / "here").rename(at / "moved")
    (at / "here").mkdir()
    moved = os.open(at / "moved", os.O_PATH)

    try:
        assert not before.is_asked([moved], live)
        assert not before.is_asked([], live)
    finally:
        os.close(moved)


def test_other_session_is_another_question(world):
    """A session is never answered from another one's memory."""
    at, live, ask = world
    before = _before(ask, live, at / "here")
    other = Live(live.session, live.folder, live.tools)
    here = os.open(at / "here", os.O_PATH)

    try:
        assert before.is_asked([here], live)
        assert not before.is_asked([here], other)
    finally:
        os.close(here)


def test_memory_is_bounded(world):
    """The least recently asked goes first, and long requests are not remembered."""
    at, live, ask = world
    before, memory = _before(ask, live, at / "here"), Memory()
    memory.keep(b"x" * (LONGEST + 1), before)
    memory.keep(b"first", before)
    for number in range(REMEMBERED):
        memory.keep(b"%d" % number, before)

    assert memory.find(b"first") is None
    assert memory.find(b"x" * (LONGEST + 1)) is None
    assert memory.find(b"%d" % (REMEMBERED - 1)) is not None


def test_memory_holds_no_environment(world):
    """What is remembered is small, and no variable's value stays."""
    at, live, ask = world
    before, memory = _before(replace(ask, environ=(*ask.environ, b"TOKEN=x")), live, at / "here"), Memory()
    memory.keep(b"f", before)
    kept = memory.find(b"f")

    assert (kept.ask.environ, kept.question.request.env) == ((), None)
