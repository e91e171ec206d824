"""Feeds a shell the script that stands on its standard input: complete commands, one by one, each judged first.

A forked process of the broker. The shell reads from a pipe; its script's source is read here, line by line, until
the shell reader holds the text so far for complete. A refused command is told on the shell's stderr, and `(exit 126)`
stands in its place, so that `$?` and `set -e` see what they see of any command that could not run.
"""

import contextlib
import fcntl
import os
import select
import signal
import socket
import struct
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from interposer.broker.answer import Question, dialect_of
from interposer.broker.peer import ancestry, process
from interposer_shell.reading import Dialect

State = Literal["complete", "incomplete", "too long"]
Completeness = Callable[[str, Dialect], Literal["complete", "incomplete"]]
"""Whether a text is whole commands or needs further lines."""
SharedReader = Callable[[str, Dialect], str]
"""The builtin in a text that would read the shell's own standard input, "" for none."""
IN_PLACE: Final = b"(exit 126)\n"
UNIT_LIMIT: Final = 64 * 1024
_STEP_MAX: Final = 0.1
_TOO_LONG: Final = "interposer: denied (IP-67): one command of a script on standard input is longer than 64 kB\n"
_SHARED: Final = (
    "interposer: denied (IP-68): `{}` reads the standard input that the shell reads its script from\n"
    "  the rest of the script was not run; give it an input of its own: `< /dev/null`, a file or a here-document\n"
)


@dataclass(frozen=True, slots=True)
class Feeder:
    """A running feeder.

    Attributes:
        script: read end of the pipe that becomes the shell's standard input.
        channel: where the feeder asks about each unit.
    """

    pid: int
    script: int
    channel: socket.socket


def start_feeder(question: Question, completeness: Completeness) -> Feeder:
    """Fork the feeder of the shell that asked."""
    script, feed = os.pipe2(os.O_CLOEXEC)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    pid = os.fork()
    if pid == 0:
        try:
            _leave_the_broker(keep={question.stdin, question.stderr, feed, theirs.fileno()})
            dialect = dialect_of(question.request.argv[0])
            _Feed(question.stdin, question.stderr, feed, theirs, question.request.pid).run(
                lambda text: completeness(text, dialect)
            )
        finally:
            os._exit(0)
    os.close(feed)
    theirs.close()
    ours.settimeout(0)
    return Feeder(pid, script, ours)


def _leave_the_broker(keep: set[int]) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    low = 0
    for descriptor in [*sorted(keep), os.sysconf("SC_OPEN_MAX")]:
        os.closerange(low, descriptor)
        low = descriptor + 1


@dataclass(slots=True)
class _Feed:
    source: int
    errors: int
    feed: int
    channel: socket.socket
    shell: int

    def run(self, completeness: Callable[[str], State]) -> None:
        for unit, state in units(_lines(self.source, self.feed), completeness):
            refusal = _judged(self.channel, unit) if state == "complete" else _TOO_LONG
            if refusal is None or not self._ready():
                return
            if refusal:
                self._say(refusal)
            if not self._hand_over(IN_PLACE if refusal else unit):
                return
        os.close(self.feed)

    def _ready(self) -> bool:
        """Wait until the shell itself asks for its next command; False where there will be no such time.

        Without this a program that an earlier command started could eat a part of the next one, and the shell would go
        on in the middle of what was judged as a whole.
        """
        step = 0.0005
        while not self._shell_reads():
            if _gone(self.feed):
                return False
            reader = other_reader(self.shell, os.fstat(self.feed).st_ino)
            if reader:
                self._say(_SHARED.format(reader))
                return False
            time.sleep(step)
            step = min(step * 1.5, _STEP_MAX)
        return True

    def _shell_reads(self) -> bool:
        if struct.unpack("i", fcntl.ioctl(self.feed, termios.FIONREAD, bytes(4)))[0]:
            return False
        return waits_in(self.shell) in {"", "0"} or "pipe_read" in waits_in(self.shell)

    def _hand_over(self, unit: bytes) -> bool:
        try:
            while unit:
                unit = unit[os.write(self.feed, unit) :]
        except BrokenPipeError:
            return False
        return True

    def _say(self, text: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self.errors, text.encode("utf-8", "replace"))


def waits_in(pid: int) -> str:
    """The kernel function that a process sleeps in, "" or "0" where the kernel does not tell (proc(5), wchan)."""
    try:
        return Path(f"/proc/{pid}/wchan").read_text()
    except OSError:
        return ""


def other_reader(shell: int, pipe: int) -> str:
    """A descendant of `shell` that waits to read from that pipe (inode number), "" for none."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == shell:
            continue
        pid = int(entry.name)
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/fd/0") == f"pipe:[{pipe}]" and "pipe_read" in waits_in(pid):  # noqa: PTH115 - no file
                found = process(pid)
                if found is not None and any(above.pid == shell for above in ancestry(pid)):
                    return found.name
    return ""


def _gone(feed: int) -> bool:
    poll = select.poll()
    poll.register(feed, 0)
    return bool(poll.poll(0))


def units(lines: Iterator[bytes], completeness: Callable[[str], State]) -> Iterator[tuple[bytes, State]]:
    """The complete commands of a text that comes line by line; what its end cuts off, too."""
    unit = b""
    for line in lines:
        unit += line
        state: State = "too long" if len(unit) > UNIT_LIMIT else completeness(os.fsdecode(unit))
        if state != "incomplete":
            yield unit, state
            unit = b""
    if unit:
        # The end of the text ends the command too; the judge refuses what is broken.
        yield unit, "complete"


def _lines(source: int, feed: int) -> Iterator[bytes]:
    """Lines of the source until its end, or until the shell has gone."""
    poll = select.poll()
    poll.register(source, select.POLLIN)
    poll.register(feed, 0)
    rest = b""
    while True:
        for descriptor, events in poll.poll():
            if descriptor == feed and events & (select.POLLERR | select.POLLHUP | select.POLLNVAL):
                return
            if descriptor == source:
                part = os.read(source, 1 << 16)
                if not part:
                    if rest:
                        yield rest
                    return
                *whole, rest = (rest + part).split(b"\n")
                yield from (line + b"\n" for line in whole)


def _judged(channel: socket.socket, unit: bytes) -> str | None:
    """The refusal, "" for none, None where the broker has gone."""
    try:
        channel.sendall(len(unit).to_bytes(4, "little") + unit)
        answer = _exactly(channel, int.from_bytes(_exactly(channel, 4), "little"))
    except OSError:
        return None
    return "" if answer[:1] == b"\1" else answer[1:].decode("utf-8", "replace") or "interposer: denied\n"


def _exactly(channel: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        part = channel.recv(size - len(got))
        if not part:
            raise ConnectionResetError
        got += part
    return got
