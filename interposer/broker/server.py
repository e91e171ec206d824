"""The sockets: takes requests of many clients, none of whom can keep another waiting, and sends the answers."""

import contextlib
import os
import socket
import sys
import time
import traceback
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from interposer.broker import frames
from interposer.broker.again import Before, Memory
from interposer.broker.answer import Question, question_of, reply_to
from interposer.broker.desk import Desk, too_many, unwritten
from interposer.broker.feeder import Feeder, SharedReader
from interposer.broker.frames import Exec, Refuse, Reply
from interposer.broker.live import FEEDS, Live
from interposer.broker.loop import READ, WRITE, Loop
from interposer.broker.peer import Peer, peer_of
from interposer.broker.scripts import ScriptWatch
from interposer.broker.units import UnitChannel
from interposer.decision import Decision
from interposer.errors import AuditError, InterposerError
from interposer.refusal import render
from interposer.request import Request

CONNECTIONS: Final = 1024
BUFFERED: Final = 256 * 1024 * 1024
"""Bytes of unfinished requests that are held at the same time, all clients together."""
PATIENCE: Final = 20.0
"""Seconds within which a client must have sent its whole request; its shim then goes the cold way."""
_FIRST_SIGN, _NEXT_SIGN = 2.0, 4.0
"""Seconds after which a client that waits for its answer gets a sign of life; a shim waits 5 seconds for one."""
_FIRST, _CHUNK = 16 * 1024, 256 * 1024
"""Bytes that are read at first (most requests are whole then), and later."""
_DESCRIPTORS_MAX: Final = 8
_ANCILLARY: Final = socket.CMSG_SPACE(4 * _DESCRIPTORS_MAX)

Control = Callable[[dict[str, object], Peer, Live], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Feeding:
    """How scripts on standard input are served."""

    start: Callable[[Question], Feeder]
    shared_reader: SharedReader


@dataclass(slots=True)
class Connection:
    """One client until it has its answer.

    Attributes:
        asked: its request is whole; it waits for a decision.
        told: how many bytes of the reply were sent ahead, as signs of life.
    """

    socket: socket.SocketType
    live: Live
    peer: Peer
    deadline: float
    buffer: bytearray = field(default_factory=bytearray)
    descriptors: list[int] = field(default_factory=list)
    out: bytes = b""
    asked: bool = False
    told: int = 0


class Server:
    """Serves the sockets of all sessions.

    Attributes:
        control: answers the verbs' messages.
        feeding: how scripts on stdin are served; None where scripts on stdin are refused.
        script_of: the script file that a call of a shell names, "" for none.
    """

    def __init__(
        self,
        desk: Desk,
        loop: Loop,
        *,
        control: Control | None = None,
        feeding: Feeding | None = None,
        script_of: Callable[[Request], str] = lambda _: "",
    ) -> None:
        self.desk = desk
        self.loop = loop
        self.control = control
        self.feeding = feeding
        self._scripts = ScriptWatch(loop, desk.sink, script_of)
        self._memory = Memory()
        self._uids = frozenset({os.geteuid(), 0})
        self._connections: dict[int, Connection] = {}
        self._buffered = 0
        self._listeners: dict[int, socket.socket] = {}
        loop.ticks.append(self._drop_slow)

    def listen(self, listener: socket.socket, live: Live | Callable[[Peer], Live]) -> None:
        """Serve a session's socket, or one where it depends on the client which session it is of."""
        self._listeners[listener.fileno()] = listener
        self.loop.watch(listener, lambda: self._accept(listener, live))

    def forget(self, listener: socket.socket) -> None:
        """Serve it no more."""
        self._listeners.pop(listener.fileno(), None)
        self.loop.unwatch(listener)
        listener.close()

    def close(self) -> None:
        """Let go of all sockets; whoever waits gets no answer, and goes the cold way."""
        for connection in list(self._connections.values()):
            self._drop(connection)
        for listener in list(self._listeners.values()):
            self.forget(listener)

    def _accept(self, listener: socket.socket, live: Live | Callable[[Peer], Live]) -> None:
        try:
            # What accept() calls, without the enum members that it makes anew each time: a tenth of a request.
            number, _ = listener._accept()  # type: ignore[attr-defined]  # noqa: SLF001
        except OSError:
            return
        accepted = socket.SocketType(socket.AF_UNIX, socket.SOCK_STREAM, 0, number)
        peer = peer_of(accepted)
        if len(self._connections) >= CONNECTIONS or peer.uid not in self._uids:
            accepted.close()
            return
        of = live if isinstance(live, Live) else live(peer)
        connection = Connection(accepted, of, peer, time.monotonic() + PATIENCE)
        self._connections[number] = connection
        self._receive(connection)
        if accepted.fileno() >= 0 and not connection.asked and not connection.out:
            self.loop.watch(number, lambda: self._receive(connection), READ)

    def _receive(self, connection: Connection) -> None:
        """Read what is there."""
        size = _CHUNK if connection.buffer else _FIRST
        try:
            part, ancillary, _, _ = connection.socket.recvmsg(size, _ANCILLARY, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            self._drop(connection)
            return
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                connection.descriptors += memoryview(data[: len(data) & ~3]).cast("i").tolist()
        if not part:
            self._drop(connection)
            return
        if not connection.buffer and self._is_again(connection, part):
            return
        connection.buffer += part
        self._buffered += len(part)
        try:
            self._take(connection)
        except InterposerError as error:
            self._finish(connection, Refuse(f"interposer: denied ({error.code}): {error}\n"))
        except Exception as error:  # noqa: BLE001 - fail closed: whatever went wrong, the answer is a refusal
            traceback.print_exc(file=sys.stderr)
            self._finish(connection, Refuse(f"interposer: denied (IP-69): internal error: {type(error).__name__}\n"))

    def _is_again(self, connection: Connection, frame: bytes) -> bool:
        """Answer a request that came before and was allowed, where everything is as it was then."""
        before = self._memory.find(frame)
        if before is None:
            return False
        try:
            if before.is_asked(connection.descriptors, connection.live) and self.desk.repeat(
                before.question, before.decision, connection.live, connection.peer.pid
            ):
                self._send(connection, before.reply)
                return True
        except (AuditError, OSError):
            return False  # the whole way says what is wrong
        self._memory.forget(frame)
        return False

    def _take(self, connection: Connection) -> None:
        size = frames.frame_size(connection.buffer)
        if self._buffered > BUFFERED or (size and len(connection.buffer) > size):
            raise InterposerError("a request over the limits", code="IP-61")
        if not size or len(connection.buffer) < size:
            return
        connection.asked = True
        connection.live.waiting += 1
        self.loop.unwatch(connection.socket.fileno())
        if connection.buffer[:4] == frames.CONTROL:
            message = frames.decode_control(connection.buffer)
            told = self.control(message, connection.peer, connection.live) if self.control else {"error": "no control"}
            self._send(connection, frames.encode_control(told))
            return
        ask = frames.decode_ask(connection.buffer)
        if ask.descriptors != len(connection.descriptors):
            raise InterposerError("a request without its descriptors", code="IP-61")
        question = question_of(ask, connection.descriptors, connection.peer.pid, connection.live)
        if isinstance(question, Refuse):
            self._finish(connection, question)
            return
        script = self._scripts.before(question.request)

        def answer(decision: Decision, decision_id: str) -> None:
            frame = self._reply(connection, question, decision, decision_id)
            if frame and script is None and self.desk.cache.keeps(question.key, decision):
                self._memory.keep(bytes(connection.buffer), Before(ask, question, connection.live, decision, frame))
            if script is not None and decision.verdict == "allow":
                self._scripts.follow(script, question.request, decision)

        try:
            self.desk.decide(question, connection.live, answer)
        except AuditError as error:
            self._reply(connection, question, unwritten(question.request, error), "")

    def _reply(self, connection: Connection, question: Question, decision: Decision, decision_id: str) -> bytes:
        """Answer; the frame where the same one answers the same request when it comes again, else nothing."""
        if connection.socket.fileno() < 0:
            return b""
        reply = reply_to(question, decision, decision_id, connection.live)
        if isinstance(reply, Exec) and reply.feed:
            self._feed(connection, question, reply)
            return b""
        frame = frames.encode_reply(reply)
        self._send(connection, frame[connection.told :])
        return frame if decision.verdict == "allow" else b""

    def _feed(self, connection: Connection, question: Question, reply: Exec) -> None:
        live = connection.live
        if self.feeding is None or live.feeds >= FEEDS or question.stdin < 0:
            refused = too_many(
                question.request, "no further shell of this session can read a script from standard input"
            )
            self._finish(connection, Refuse(render(refused, live.session, "")))
            return
        feeder = self.feeding.start(question)
        UnitChannel(self.loop, self.desk, feeder.channel, question, live, self.feeding.shared_reader).open()
        self._finish(connection, reply, (feeder.script,))
        os.close(feeder.script)

    def _finish(self, connection: Connection, reply: Reply, passed: Sequence[int] = ()) -> None:
        self._send(connection, frames.encode_reply(reply)[connection.told :], passed)

    def _send(self, connection: Connection, frame: bytes, passed: Sequence[int] = ()) -> None:
        """Send what fits; the rest when the client has read. A first answer always fits into a fresh socket."""
        try:
            if passed:
                ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array("i", passed))]
                sent = connection.socket.sendmsg([frame], ancillary, socket.MSG_DONTWAIT)
            else:
                sent = connection.socket.send(frame, socket.MSG_DONTWAIT)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._drop(connection)
            return
        if sent == len(frame):
            self._drop(connection)
            return
        connection.out = frame[sent:]
        self.loop.watch(connection.socket.fileno(), lambda: self._send(connection, connection.out), WRITE)

    def _drop(self, connection: Connection) -> None:
        number = connection.socket.fileno()
        if number < 0:
            return
        self.loop.unwatch(number)
        self._connections.pop(number, None)
        self._buffered -= len(connection.buffer)
        connection.live.waiting -= connection.asked
        connection.socket.close()
        for passed in connection.descriptors:
            with contextlib.suppress(OSError):
                os.close(passed)
        connection.descriptors.clear()

    def _drop_slow(self) -> None:
        if not self._connections:
            return
        now = time.monotonic()
        for connection in list(self._connections.values()):
            if connection.asked and not connection.out:
                self._show_life(connection, now)
            elif connection.deadline < now:
                self._drop(connection)

    def _show_life(self, connection: Connection, now: float) -> None:
        """Send the next byte of what every reply begins with, where it is due; a client that hung up goes."""
        due = connection.deadline - PATIENCE + _FIRST_SIGN + _NEXT_SIGN * connection.told
        if now < due or connection.told >= len(frames.REPLY):
            return
        try:
            connection.socket.send(frames.REPLY[connection.told : connection.told + 1], socket.MSG_DONTWAIT)
            connection.told += 1
        except OSError:
            self._drop(connection)
