"""Where the exec layer meets the desk: an image becomes a question, a decision the refused program's last words."""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from interposer.broker.answer import Environment, Question
from interposer.broker.cache import Identity, Judge, Judgement, Key, identity_of
from interposer.broker.desk import Desk, unwritten
from interposer.broker.folder import INTERPOSER_SHELL
from interposer.broker.live import Live, Sink
from interposer.broker.tools import Tool
from interposer.decision import Decision
from interposer.errors import AuditError
from interposer.identity.observe import digest_of
from interposer.refusal import render
from interposer.request import Request
from interposer.supervise.image import Image
from interposer.supervise.lineage import Lineage
from interposer.supervise.programs import Programs
from interposer.supervise.supervisor import Answer

UNSEEN: Final = "unseen"
_SHOWN: Final = 3
"""Words of a command that its lineage shows."""


@dataclass(slots=True)
class LinkedSink:
    """A sink that tells the exec layer what the other layers let through, so that records name what they descend from.

    Attributes:
        lineage: None until the session's command runs.
    """

    sink: Sink
    lineage: Lineage | None = None

    def write(self, decision: Decision, request: Request, *, us: int = 0, coalesced: int = 0, pid: int = 0) -> str:
        """Record a decision; its id."""
        name = self.sink.write(decision, request, us=us, coalesced=coalesced, pid=pid)
        asking = pid or request.pid
        if self.lineage is not None and asking and request.layer != "exec" and decision.verdict == "allow":
            self.lineage.note(asking, name)
        return name

    def sync(self) -> None:
        """Make all that was written durable."""
        self.sink.sync()


def judge_in_place(judge: Judge, linked: LinkedSink) -> Judge:
    """A judge that knows whose words a shim of this session asks with, since the exec layer saw who started it."""

    def judged(request: Request) -> Judgement:
        if linked.lineage is None or request.layer == "exec" or not request.pid:
            return judge(request)
        with contextlib.suppress(ProcessLookupError):
            if linked.lineage.above(request.pid).origin == "tool":
                # Not to be kept: the cache does not tell who asks, and the agent's own words are judged more strictly.
                return Judgement(judge(replace(request, origin="tool")).decision)
        return judge(request)

    return judged


class ExecJudging:
    """Judges the images of one session."""

    def __init__(self, desk: Desk, live: Live, programs: Programs, lineage: Lineage) -> None:
        self._desk = desk
        self._live = live
        self._programs = programs
        self._lineage = lineage
        shim = str(live.folder.bin / INTERPOSER_SHELL)
        self._shim: Identity = identity_of(shim)
        self._shim_digest = digest_of(shim)
        self._login = b"BASH_ENV=" + os.fsencode(live.folder.login)

    def judge(self, image: Image, answer: Answer) -> None:
        """Ask the desk; a shim is let through, since it asks for what it stands for."""
        if self._is_shim(image):
            answer(None)
            return
        above = self._lineage.above(image.pid)
        words = self._programs.words(image)
        origin, children = self._programs.origins(words, image, above)
        # The variable by which a login shell gets back to the shims was set by the broker itself.
        environ = image.environ
        if self._login in environ:
            environ = tuple(entry for entry in environ if entry != self._login)
        twice, same = self._live.environments.look_up(environ)
        request = Request(
            argv=words,
            cwd=image.cwd,
            env=Environment(environ),
            exe=image.exe,
            layer="exec",
            session=self._live.session,
            pid=image.pid,
            origin=origin,
            parent=above.decision,
            lineage=above.names,
        )

        def done(decision: Decision, decision_id: str) -> None:
            if decision.verdict == "allow":
                self._lineage.enter(image.pid, above, " ".join(words[:_SHOWN]), decision_id, children)
                answer(None)
            else:
                answer(render(decision, self._live.session, decision_id).encode("utf-8", "replace"))

        if twice:
            self._refuse(request, _given_twice(twice, request), done)
            return
        tool = Tool(image.exe, image.device, image.inode, image.exe)
        file = (image.exe, image.device, image.inode)
        key: Key = (request.session.sid, "exec", origin, *words, same, *file, image.cwd)
        try:
            self._desk.decide(Question(request, tool, key), self._live, done)
        except AuditError as error:
            done(unwritten(request, error), "")

    def unseen(self, pid: int, path: str, why: str) -> None:
        """Record a refusal of something that could not be looked at."""
        line = path.partition("/cwd/")[2] if path.startswith("/proc/") else path
        decision = Decision(
            "deny", rule=UNSEEN, rules=(UNSEEN,), code="IP-92", reason=why, line=line or f"process {pid}"
        )
        request = Request(argv=(line,) if line else (), layer="exec", session=self._live.session, pid=pid, cwd="")
        self._refuse(request, decision, lambda _decision, _id: None)

    def _refuse(self, request: Request, decision: Decision, done: Callable[[Decision, str], None]) -> None:
        before = self._live.refused_before(decision)
        if before is not None:
            done(decision, before.decision_id)
            return
        try:
            name = self._desk.sink.write(decision, request)
            self._live.remember(decision, request, name)
        except AuditError as error:
            done(unwritten(request, error), "")
            return
        done(decision, name)

    def _is_shim(self, image: Image) -> bool:
        """Whether the loaded file has the shim's own bytes: its path proves nothing."""
        if (image.device, image.inode) == self._shim[:2] and identity_of(f"/proc/{image.pid}/exe") == self._shim:
            return True
        return image.size == self._shim[3] and digest_of(f"/proc/{image.pid}/exe") == self._shim_digest


def _given_twice(name: str, request: Request) -> Decision:
    reason = (
        f"the variable `{name[:80]}` is given twice with different values: shells and programs disagree which counts"
    )
    return Decision(
        "deny", rule="env-twice", rules=("env-twice",), code="IP-65", reason=reason, line=" ".join(request.argv)
    )
