"""The sockets: what a client sees while it waits."""

import os
import socket

import pytest

from interposer.broker import frames
from interposer.broker.cache import Judgement
from interposer.broker.desk import Desk
from interposer.broker.folder import SessionFolder, listen_at
from interposer.broker.frames import HAS_CWD, Ask
from interposer.broker.live import Live
from interposer.broker.loop import Loop
from interposer.broker.server import Server
from interposer.broker.tools import Tools
from interposer.decision import Decision
from interposer.request import Session

pytestmark = pytest.mark.suite("broker")


class Log:
    """Keeps nothing."""

    def write(self, decision, request, *, us=0, coalesced=0, pid=0):  # noqa: ARG002 - the interface
        """An id."""
        return "id"

    def sync(self):
        """Nothing to do."""


class SlowDesk(Desk):
    """Answers when `answer` is called."""

    def decide(self, question, live, done):  # noqa: ARG002 - the interface
        """Keep the client waiting."""
        self.answer = done


@pytest.fixture
def served(tmp_path):
    """A server, its loop and desk, a client that has asked."""
    path = tmp_path / "git"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    loop = Loop()
    desk = SlowDesk(lambda _: Judgement(Decision("allow"), ()), Log(), loop)
    server = Server(desk, loop)
    server.listen(listen_at(tmp_path / "s"), Live(Session("s"), SessionFolder(tmp_path), Tools()))
    ask = Ask(b"/x/bin/git", os.fsencode(tmp_path), (b"git",), (b"PATH=" + os.fsencode(tmp_path),), HAS_CWD)
    here = os.open(tmp_path, os.O_PATH)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "s"))
        socket.send_fds(client, [frames.encode_ask(ask)], [here])
        loop.ticks.append(loop.stop)
        loop.serve()
        yield server, desk, client
    os.close(here)
    server.close()
    desk.close()


def test_waiting_client_gets_signs_of_life(served):
    """What is sent ahead are the reply's own first bytes, no more than its mark, and the whole is a reply."""
    server, desk, client = served
    (connection,) = server._connections.values()
    for _ in range(6):
        connection.deadline -= 60
        server._drop_slow()
    ahead = client.recv(100)
    desk.answer(Decision("deny", rule="r"), "id")
    rest = client.recv(1 << 16)

    assert ahead == frames.REPLY
    assert isinstance(frames.decode_reply(ahead + rest), frames.Refuse)


def test_waiting_client_is_not_dropped(served):
    """Patience is for requests that are not whole; who waits for an answer keeps its connection."""
    server, desk, client = served
    (connection,) = server._connections.values()
    connection.deadline -= 1000
    server._drop_slow()
    desk.answer(Decision("allow"), "id")

    assert isinstance(frames.decode_reply(client.recv(1 << 16)), frames.Exec)
