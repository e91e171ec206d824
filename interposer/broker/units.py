"""The broker's side of a script on standard input: each complete command is judged with all that came before it."""

import contextlib
import os
import socket
from dataclasses import dataclass, field, replace
from typing import Final

from interposer.broker.answer import READS_STDIN, Question, dialect_of
from interposer.broker.desk import Desk, too_many
from interposer.broker.feeder import SharedReader
from interposer.broker.live import Live
from interposer.broker.loop import Loop
from interposer.decision import Decision
from interposer.errors import InterposerError
from interposer.refusal import render
from interposer.request import Request

_CHUNK: Final = 64 * 1024
SCRIPT_LIMIT: Final = 64 * 1024
"""Bytes of script that one shell may be fed; its state is known only as long as all of it is read again each time."""
_LENGTH: Final = 4


@dataclass(slots=True)
class UnitChannel:
    """A feeder's channel: it sends one complete command at a time and waits for the word on it.

    The whole script so far is judged each time, so that what an earlier command set is known for a later one.
    """

    loop: Loop
    desk: Desk
    socket: socket.socket
    question: Question
    live: Live
    shared_reader: SharedReader
    past: str = ""
    buffer: bytearray = field(default_factory=bytearray)

    def open(self) -> None:
        """Serve it."""
        self.live.feeds += 1
        self.loop.watch(self.socket, self._readable)

    def _readable(self) -> None:
        """Take a whole unit: four bytes of length, then its text."""
        try:
            part = self.socket.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        self.buffer += part
        if not part:
            self._close()
        elif len(self.buffer) >= _LENGTH + int.from_bytes(self.buffer[:_LENGTH], "little"):
            text = bytes(self.buffer[_LENGTH:])
            self.buffer.clear()
            self._judge(os.fsdecode(text))

    def _judge(self, text: str) -> None:
        script = self.past + text
        asked = self.question.request
        request = replace(
            asked, argv=(), script=script, args=asked.argv, layer="shell", dialect=dialect_of(asked.argv[0])
        )
        if len(script) > SCRIPT_LIMIT:
            reason = "this shell was fed more than 64 kB of script: what it has set is no longer followed"
            self._told(script, replace(too_many(request, reason), advice="start a new shell"), "")
            return
        try:
            self.desk.decide(
                replace(self.question, request=request, key=()),
                self.live,
                lambda decision, name: self._told(script, self._checked(decision, request, text), name, text),
            )
        except InterposerError as error:
            self._told(script, Decision("deny", code=error.code, line=text, reason=str(error), advice=error.hint), "")

    def _checked(self, decision: Decision, request: Request, text: str) -> Decision:
        """A command that would read the script's own source is refused: it would eat commands, or feed on them."""
        if decision.verdict != "allow":
            return decision
        reader = self.shared_reader(request.script or "", request.dialect)
        if not reader and READS_STDIN not in decision.findings:
            return decision
        shell = request.args[0] if request.args else "the shell"
        return Decision(
            "deny",
            rule="shares-stdin",
            code="IP-68",
            line=text.strip(),
            findings=decision.findings,
            policy=decision.policy,
            reason=f"`{reader or 'it'}` reads the standard input that {shell} reads its script from",
            advice="give it an input of its own: `< /dev/null`, a file or a here-document",
        )

    def _told(self, script: str, decision: Decision, decision_id: str, text: str = "") -> None:
        if decision.verdict == "allow":
            self.past = script
            answer = b"\1"
        else:
            shown = replace(decision, line=text.strip() or decision.line)
            answer = b"\0" + render(shown, self.live.session, decision_id).encode("utf-8", "replace")
        with contextlib.suppress(OSError):
            # The feeder is ours and waits for nothing else: a few kB always fit into its socket.
            self.socket.sendall(len(answer).to_bytes(_LENGTH, "little") + answer)

    def _close(self) -> None:
        self.loop.unwatch(self.socket)
        self.socket.close()
        self.live.feeds -= 1
