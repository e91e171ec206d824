"""The per-user broker: started on first use, one for all sessions of `interposer env` and all permanent shims."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from interposer.audit.redact import Redactor, load_key
from interposer.broker.answer import Question
from interposer.broker.client import send_control
from interposer.broker.completeness import completeness, shared_reader
from interposer.broker.control import controls, is_inside
from interposer.broker.desk import Desk
from interposer.broker.feeder import Feeder, start_feeder
from interposer.broker.folder import Cold, SessionFolder, listen_at, make_folder, names_on_path
from interposer.broker.journalling import JournalSink
from interposer.broker.judging import SessionFiles, judge_by, script_of_call, tool_names
from interposer.broker.live import Live
from interposer.broker.loop import Loop
from interposer.broker.opening import Surroundings, freeze, pinned_of, session_of, trouble_log
from interposer.broker.peer import Peer, become_unreadable, process
from interposer.broker.server import Feeding, Server
from interposer.broker.tools import Tools
from interposer.broker.wiring import Opening
from interposer.errors import BrokerError, InterposerError
from interposer.guard import open_guard
from interposer.identity.agent import Agent
from interposer.paths import config_dir, ensure_private_dir, runtime_dir, state_dir

USER: Final = "user"
SESSIONS_MAX: Final = 256
_START_SECONDS: Final = 20.0
_BOOT: Final = (
    "import json,sys; told = json.loads(sys.argv[1]); sys.path[:0] = told['path'];"
    "from interposer.agents import AGENTS; from interposer.broker.resident import serve; serve(told, AGENTS)"
)


def resident_socket() -> Path:
    """Where the per-user broker listens."""
    return runtime_dir() / USER / "s.sock"


def start_resident(socket: str | Path) -> Path:
    """Make sure that the per-user broker answers at that socket; one starter at a time, a stale socket is cleared.

    Raises:
        BrokerError: IP-60, it does not come up.
    """
    path = Path(socket)
    if _answers(path):
        return path
    ensure_private_dir(path.parent)
    lock = os.open(path.with_name("lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _answers(path):
            _start(path)
    finally:
        os.close(lock)
    return path


def _answers(path: Path) -> bool:
    try:
        return "sid" in send_control(path, {"op": "ping"}, timeout=5.0)
    except InterposerError:
        return False


def _start(path: Path) -> None:
    told = {"path": [entry for entry in sys.path if entry.startswith("/")], "socket": str(path)}
    environ = {name: value for name, value in os.environ.items() if name.startswith("XDG_") or name == "PATH"}
    interpreter = str(Path(getattr(sys, "_base_executable", "") or sys.executable).resolve())
    started = subprocess.Popen(
        [interpreter, "-I", "-S", "-c", _BOOT, json.dumps(told)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environ,
        cwd="/",
        start_new_session=True,
    )
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if _answers(path):
            started.returncode = 0  # it lives on by itself: no ResourceWarning for a process that is not waited for
            return
        if started.poll() is not None:
            said = started.stderr.read().decode("utf-8", "replace").strip() if started.stderr else ""
            raise BrokerError(f"the per-user broker does not start: {said[-300:] or 'no reason given'}", code="IP-60")
        time.sleep(0.02)
    raise BrokerError(f"the per-user broker does not answer within {_START_SECONDS:.0f} s", code="IP-60")


def serve(told: dict[str, Any], agents: Sequence[Agent]) -> None:
    """Be the per-user broker; comes back when it is told to end."""
    try:
        Resident(Path(told["socket"]), agents).serve()
    except InterposerError as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        sys.exit(1)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What `interposer env` asks a session with."""

    agent: str
    context: str
    policy: str
    cwd: str
    environ: Mapping[str, str] | None


class Resident:
    """The sessions of one user."""

    def __init__(self, socket: Path, agents: Sequence[Agent]) -> None:
        self._agents = agents
        self._socket = socket
        self._runtime = socket.parent.parent
        self._state, self._config = state_dir(), config_dir()
        self._tools = Tools()
        self._guard = open_guard(
            "default", "ci", "strict", "observe", world=SessionFiles(time.time_ns(), self._tools), config=self._config
        )
        self._guard.rulebook.preload()
        self._own = self._live(_Asked("", "", "", "/", None), os.getpid(), socket.parent)
        redactor = Redactor(load_key(ensure_private_dir(self._state)))
        self._sink = JournalSink(self._state, pinned_of(self._guard, self._own.session, redactor))
        self._loop = Loop()
        self._desk = Desk(judge_by(self._guard), self._sink, self._loop)
        self._sessions: dict[str, Live] = {}
        plain = controls(lambda verb, peer, live: self._sink.tampered(verb, live.session, peer.pid))
        self._plain = plain
        feeding = Feeding(self._start_feeder, shared_reader)
        script_of = script_of_call(self._guard)
        self._server = Server(self._desk, self._loop, control=self._control, feeding=feeding, script_of=script_of)
        self._server.listen(listen_at(socket), self._session_of)

    def serve(self) -> None:
        """Until SIGTERM."""
        signal.signal(signal.SIGTERM, lambda *_: self._loop.stop())
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: _reap())
        log = trouble_log(self._state)
        os.dup2(log, 2)
        become_unreadable()
        freeze()
        self._loop.serve()
        self._server.close()
        for live in self._sessions.values():
            self._desk.write_repeats(live)
            self._sink.close_session(live.session, None)
            live.folder.remove()
        self._sink.close()
        self._desk.close()
        self._socket.unlink(missing_ok=True)

    def _start_feeder(self, question: Question) -> Feeder:
        return start_feeder(question, completeness)

    def _control(self, message: dict[str, object], peer: Peer, live: Live) -> dict[str, object]:
        if message.get("op") == "open":
            above = next((one for one in self._sessions.values() if is_inside(peer, one)), None)
            if above is not None:
                return {"inside": True, "decision": self._sink.tampered("env", above.session, peer.pid)}
            return self._open(message, peer)
        if message.get("op") in {"ask", "verb"}:
            above = next((one for one in self._sessions.values() if is_inside(peer, one)), live)
            return self._plain(message, peer, above)
        return self._plain(message, peer, live)

    def _open(self, message: dict[str, object], peer: Peer) -> dict[str, object]:
        texts = {name: str(message.get(name, "")) for name in ("agent", "context", "policy", "cwd")}
        told = message.get("environ")
        environ = {str(name): str(value) for name, value in told.items()} if isinstance(told, dict) else {}
        self._make_room()
        # The verb is started by the shell that will be interposed: that shell is the session's root.
        asking = process(peer.pid)
        launcher = asking.parent if asking else 0
        live = self._live(_Asked(**texts, environ=environ), launcher, None)
        self._sessions[live.session.sid] = live
        self._sink.open(live.session, ("interposer", "env"), launcher)
        self._server.listen(listen_at(live.folder.socket), live)
        return {"bin": str(live.folder.bin), "shell": str(live.folder.shell), "sid": live.session.sid}

    def _live(self, asked: _Asked, launcher: int, at: Path | None) -> Live:
        opening = Opening((), asked.agent, asked.context or "", asked.policy)  # type: ignore[arg-type]  # the verb checked it
        environ = asked.environ or {}
        opened = session_of(opening, Surroundings(environ, asked.cwd or "/", launcher, self._agents))
        # Of who calls a permanent shim it is not known what a person had set before.
        session = replace(opened, environ=asked.environ)
        cold = Cold(state=str(self._state), config=str(self._config), resident=str(self._socket))
        if at is not None:
            folder = SessionFolder(at)
        else:
            names = names_on_path(tool_names(self._guard), environ.get("PATH", os.defpath), self._tools)
            folder = make_folder(self._runtime / "s" / session.sid, names, cold)
            self._tools.shun(str(folder.bin))
        found = process(launcher)
        return Live(session, folder, self._tools, launcher=(launcher, found.started if found else 0))

    def _session_of(self, peer: Peer) -> Live:
        """The session of who asks through a permanent shim: an opened one above it, else one of this broker's own."""
        return next((live for live in self._sessions.values() if is_inside(peer, live)), self._own)

    def _make_room(self) -> None:
        """Folders stay after their shell has gone, since what it left running still finds its shims there."""
        gone = [sid for sid, live in self._sessions.items() if process(live.launcher[0]) is None]
        for sid in gone[: max(0, len(self._sessions) - SESSIONS_MAX + 1)]:
            live = self._sessions.pop(sid)
            self._desk.write_repeats(live)
            self._sink.close_session(live.session, None)
            live.folder.remove()


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
