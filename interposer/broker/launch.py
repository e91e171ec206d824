"""`interposer run`: three processes, front > broker > command, and how word travels between them.

The front is what the caller started: it waits, passes signals on and ends with the command's status. The broker is its
child and the command's parent, so that everything the command leaves behind falls back to it (prctl(2), subreaper). It
outlives the front where such processes remain: their commands are judged to the end.
"""

import contextlib
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

from interposer.broker.answer import Question
from interposer.broker.control import controls
from interposer.broker.desk import Desk
from interposer.broker.executing import ExecJudging, LinkedSink, judge_in_place
from interposer.broker.feeder import Feeder, start_feeder
from interposer.broker.folder import SessionFolder, listen_at, make_folder, names_on_path
from interposer.broker.live import Live
from interposer.broker.loop import Loop
from interposer.broker.peer import become_broker, become_unreadable, process
from interposer.broker.server import Feeding, Server
from interposer.broker.tools import Tools
from interposer.broker.wiring import Opening, Wiring
from interposer.errors import InterposerError
from interposer.supervise import seccomp, tracing
from interposer.supervise.landlock import SCOPE_SINCE, enter_scope, version
from interposer.supervise.lineage import Lineage
from interposer.supervise.notify import Listener
from interposer.supervise.programs import Programs
from interposer.supervise.supervisor import Supervisor

WORD: Final = struct.Struct("<ci")
STARTED, STOPPED, ENDED, FAILED = b"p", b"s", b"e", b"f"
_PASSED_ON: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCONT)
_FROM_TERMINAL: Final = (signal.SIGINT, signal.SIGQUIT)
_PYTHONS_OWN: Final = (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ)
_DEAF: Final = (*_FROM_TERMINAL, signal.SIGHUP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
NOT_FOUND, NOT_RUN, BY_SIGNAL = 127, 126, 128

Wire = Callable[[Opening], Wiring]


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start, in which surroundings."""

    opening: Opening
    runtime: Path
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Caller:
    """What the command inherits of the caller, noted before anything is changed."""

    group: int
    descriptors: tuple[int, ...]
    ignored: frozenset[int]


def launch(asked: Launch, wire: Wire) -> int:
    """Run a command in a session of its own; its exit status, 128 + n where signal n ended it."""
    known = {*_DEAF, *_PASSED_ON, signal.SIGCHLD}
    ignored = frozenset(number for number in known if signal.getsignal(number) is signal.SIG_IGN)
    caller = _Caller(os.getpgrp(), _open_descriptors(), ignored)
    read, write = os.pipe2(os.O_CLOEXEC)
    become_broker()  # the front too: where the broker is killed, the command falls to us, and stays inside
    broker = os.fork()
    if broker == 0:
        os.close(read)
        _be_broker(asked, wire, write, caller)
    os.close(write)
    supervised = "exec" in asked.opening.layers
    then = "nothing more is started in it" if supervised else "its commands are judged by the cold path from here on"
    return _Front(read, broker, then).wait()


class _Front:
    def __init__(self, read: int, broker: int, then: str) -> None:
        self._then = then
        self._read = os.fdopen(read, "rb", buffering=0)
        self._broker = broker
        self._command = 0

    def wait(self) -> int:
        for number in _PASSED_ON:
            signal.signal(number, lambda number, _: self._pass_on(number))
        for number in _FROM_TERMINAL:
            signal.signal(number, lambda number, _: None if _in_foreground() else self._pass_on(number))
        while word := self._read.read(WORD.size):
            kind, value = WORD.unpack(word.ljust(WORD.size, b"\0"))
            match kind:
                case b"p":
                    self._command = value
                case b"s":
                    self._stop_too()
                case b"e":
                    return int(value)
                case _:
                    sys.stderr.write(self._read.read().decode("utf-8", "replace"))
                    return int(value)
        sys.stderr.write(f"interposer: the session's broker died; {self._then}\n")
        return self._outlive()

    def _pass_on(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._command:
                os.kill(self._command, number)

    def _stop_too(self) -> None:
        """Where the command alone was stopped, the caller's shell must see us stopped; the two go on together."""
        state = Path(f"/proc/{self._command}/stat")
        with contextlib.suppress(OSError):
            if state.read_bytes().rpartition(b")")[2].split()[0] == b"T":
                os.kill(os.getpid(), signal.SIGSTOP)

    def _outlive(self) -> int:
        """The command fell to us; wait until it has gone."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._broker, 0)
            if self._command:
                code = os.waitstatus_to_exitcode(os.waitpid(self._command, 0)[1])
                return code if code >= 0 else BY_SIGNAL - code
        return NOT_RUN


def _in_foreground() -> bool:
    """Whether the terminal sends its signals to our process group, the command's too, already."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


def _be_broker(asked: Launch, wire: Wire, report: int, caller: _Caller) -> NoReturn:
    status = 1
    try:
        os.setpgid(0, 0)  # Ctrl-Z and Ctrl-C of the terminal never stop the broker
        become_broker()
        for number in _DEAF:
            signal.signal(number, signal.SIG_IGN)
        status = _Session(asked, wire, report, caller).serve()
    except InterposerError as error:
        text = f"interposer: {error.code}: {error}\n" + (f"  {error.hint}\n" if error.hint else "")
        os.write(report, WORD.pack(FAILED, 2) + text.encode("utf-8", "replace"))
    except BaseException as error:  # noqa: BLE001 - a fork: nothing may run on into the front's code
        os.write(report, WORD.pack(FAILED, 1) + f"interposer: IP-69: internal error: {error!r}\n".encode())
    os._exit(status)


class _Session:
    """The broker of one command."""

    def __init__(self, asked: Launch, wire: Wire, report: int, caller: _Caller) -> None:
        self._report = report
        self._caller = caller
        self._environ = dict(asked.environ)
        wiring = wire(asked.opening)
        self._wiring = wiring
        tools = wiring.tools
        path = self._environ.get("PATH", os.defpath)
        self._names = names = names_on_path(wiring.names, path, tools)
        folder = make_folder(asked.runtime / "s" / wiring.session.sid, names, wiring.cold)
        try:
            tools.shun(str(folder.bin))
            self._open(asked, wiring, folder, tools)
        except BaseException:
            folder.remove()
            raise

    def _open(self, asked: Launch, wiring: Wiring, folder: SessionFolder, tools: Tools) -> None:
        terminal = _terminal()
        self._live = Live(wiring.session, folder, tools, wiring.shell, terminal)
        self._aside: set[int] = set()
        self._supervisor: Supervisor | None = None
        self._loop = Loop()
        self._sink = LinkedSink(wiring.sink)
        self._desk = Desk(judge_in_place(wiring.judge, self._sink), self._sink, self._loop, self._leave_streams)
        self._server = Server(
            self._desk,
            self._loop,
            control=controls(wiring.tampered),
            feeding=Feeding(self._start_feeder, wiring.shared_reader),
            script_of=wiring.script_of,
        )
        self._server.listen(listen_at(folder.socket), self._live)
        self._listen_to_children()
        self._command = self._start(asked.opening.command)
        self._live.launcher = (os.getpid(), 0)
        self._status: int | None = None

    def serve(self) -> int:
        os.write(self._report, WORD.pack(STARTED, self._command))
        self._leave_streams()
        self._aside.add(_aside(lambda: self._wiring.keep(self._live.folder.path, self._names)))
        become_unreadable()
        self._wiring.freeze()
        self._loop.serve()
        self._server.close()
        self._desk.write_repeats(self._live)
        self._wiring.close(self._status if self._status is not None else -1)
        self._desk.close()
        self._live.folder.remove()
        self._tell(ENDED, self._status or 0)
        return 0

    def _start(self, command: Sequence[str]) -> int:
        path = self._environ.get("PATH", os.defpath)
        folder = self._live.folder
        environ = self._environ | {"PATH": f"{folder.bin}:{path}", "SHELL": str(folder.shell)}
        programs = self._wiring.programs
        ours, theirs = socket.socketpair()
        with ours, theirs:
            pid = os.fork()
            if pid == 0:
                with contextlib.suppress(OSError):
                    os.setpgid(0, self._caller.group)
                if programs is not None:
                    _stand_under(theirs)
                _become(command, environ, self._caller.ignored)
            theirs.close()
            if programs is not None:
                self._supervise(seccomp.receive_listener(ours), pid, programs)
        return pid

    def _supervise(self, listener: int, command: int, programs: Programs) -> None:
        # A process of ours that outlived us would keep the listener open, and every execve waiting instead of failing.
        os.register_at_fork(after_in_child=lambda: os.close(listener))
        for name in sorted(self._names):
            tool = self._live.tools.find(name, self._environ.get("PATH", os.defpath), "")
            if tool is not None:
                programs.learn(name, tool.path)
        lineage = self._sink.lineage = Lineage(command)
        judging = ExecJudging(self._desk, self._live, programs, lineage)
        self._supervisor = Supervisor(Listener(listener), judging, lambda: self._loop.unwatch(listener))
        self._loop.watch(listener, self._supervisor.asked)

    def _start_feeder(self, question: Question) -> Feeder:
        feeder = start_feeder(question, self._wiring.completeness)
        self._aside.add(feeder.pid)
        return feeder

    def _listen_to_children(self) -> None:
        wake, woken = socket.socketpair()
        for end in (wake, woken):
            end.settimeout(0)
        self._wake = wake
        signal.set_wakeup_fd(woken.detach(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda number, _: os.kill(self._command, number))
        self._loop.watch(wake, self._reap)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wake.recv(4096)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED | tracing.ALL)
            except ChildProcessError:
                break
            if pid == 0:
                break
            self._aside.discard(pid)
            if self._supervisor is not None and self._supervisor.waited(pid, status):
                continue
            if pid == self._command and os.WIFSTOPPED(status):
                self._tell(STOPPED, os.WSTOPSIG(status))
            elif pid == self._command:
                code = os.waitstatus_to_exitcode(status)
                self._status = code if code >= 0 else BY_SIGNAL - code
        if self._status is not None:
            self._end_or_linger()

    def _end_or_linger(self) -> None:
        """The session lasts as long as anything that the command started; the caller need not wait for it."""
        if not _children() - self._wiring.own_processes - self._desk.own_processes - self._aside:
            self._loop.stop()
        else:
            self._tell(ENDED, self._status or 0)

    def _tell(self, kind: bytes, value: int) -> None:
        if kind == ENDED and self._report < 0:
            return
        with contextlib.suppress(OSError):
            os.write(self._report, WORD.pack(kind, value))
        if kind == ENDED:
            os.close(self._report)
            self._report = -1

    def _leave_streams(self) -> None:
        """Hold none of the caller's pipes open: whoever reads from them must see their end with the command's."""
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1):
            os.dup2(null, stream)
        os.dup2(self._wiring.errors if self._wiring.errors >= 0 else null, 2)
        os.close(null)
        for descriptor in self._caller.descriptors:
            if descriptor > 2:  # noqa: PLR2004 - the standard streams were replaced above
                with contextlib.suppress(OSError):
                    os.close(descriptor)


def _aside(work: Callable[[], None]) -> int:
    """Do some work in a process of its own; its pid."""
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.set_wakeup_fd(-1)
        os.nice(10)
        work()
    finally:
        os._exit(0)


def _stand_under(supervisor: socket.socket) -> None:
    """In the child: under supervision from here on, and in a scope where the kernel has such a thing."""
    try:
        if version() >= SCOPE_SINCE:
            enter_scope()
        listener = seccomp.install()
    except OSError as error:
        seccomp.send_failure(error, supervisor)
        os._exit(NOT_RUN)
    seccomp.send_listener(listener, supervisor)


def _become(command: Sequence[str], environ: Mapping[str, str], ignored: frozenset[int]) -> NoReturn:
    """In the child: what the caller ignored stays ignored, and nothing of our own dispositions reaches the command.

    Python ignores SIGPIPE and SIGXFSZ from its start on, so that the caller's word on these two is not known.
    """
    signal.set_wakeup_fd(-1)
    for number in {*_DEAF, *_PASSED_ON, *_PYTHONS_OWN}:
        signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
    try:
        os.execvpe(command[0], list(command), dict(environ))  # noqa: S606 - starting it is the point
    except FileNotFoundError:
        status, why = NOT_FOUND, "command not found"
    except OSError as error:
        status, why = NOT_RUN, error.strerror or "cannot execute"
    with contextlib.suppress(OSError):
        os.write(2, f"interposer: {command[0]}: {why}\n".encode("utf-8", "replace"))
    os._exit(status)


def _open_descriptors() -> tuple[int, ...]:
    """What the caller left open for the command; the descriptor of the listing itself is gone when it is asked for."""
    listed = [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]
    return tuple(descriptor for descriptor in listed if _is_inheritable(descriptor))


def _is_inheritable(descriptor: int) -> bool:
    try:
        return os.get_inheritable(descriptor)
    except OSError:
        return False


def _terminal() -> int:
    """The device of the terminal that the caller sits at, 0 for none."""
    for stream in (0, 2, 1):
        with contextlib.suppress(OSError):
            if os.isatty(stream):
                return os.fstat(stream).st_rdev
    return 0


def _children() -> set[int]:
    """Our children by the kernel's list (CONFIG_PROC_CHILDREN), else by looking at all processes."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    with contextlib.suppress(OSError):
        return set(map(int, listed.read_text().split()))
    numbers = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return {pid for pid in numbers if (found := process(pid)) is not None and found.parent == os.getpid()}
