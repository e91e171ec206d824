"""What the kernel says of a process: its file, its arguments, its parent, its terminal, its age.

proc(5). A pid alone names nothing: it is always held together with the process's start time, and a parent counts only
if the child still has it after the parent was looked at.
"""

import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

DEPTH_MAX = 64
DIGEST_MAX = 1 << 30
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Process:
    """One process as it was when looked at.

    Attributes:
        start: clock ticks between boot and its start; with the pid it names the process for good.
        tty: device number of its controlling terminal, 0 for none.
        uid: effective user, -1 where unknown.
        comm: the name that it gives itself.
        exe: the file that it runs, "" where the kernel does not tell us.
        argv: as it says itself; a process can write over this.
    """

    pid: int
    start: int
    ppid: int = 0
    tty: int = 0
    uid: int = -1
    comm: str = ""
    exe: str = ""
    argv: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file name of what it runs, `comm` where that is unknown."""
        return self.exe.rpartition("/")[2] or self.comm


@dataclass(frozen=True, slots=True)
class Stat:
    """The part of a process that binding needs: one read of /proc/PID/stat."""

    start: int
    ppid: int
    tty: int
    comm: str


def stat_of(pid: int) -> Stat | None:
    """The process's stat, None where there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", "rb", buffering=0) as reading:  # noqa: PTH123 - a third of Path.read_bytes' time
            content = reading.read(4096)
    except OSError:
        return None
    # The name stands in parentheses and may hold any byte, parentheses and spaces too.
    before, _, after = content.rpartition(b")")
    fields = after.split()
    comm = before.partition(b"(")[2].decode("utf-8", "surrogateescape")
    return Stat(start=int(fields[19]), ppid=int(fields[1]), tty=int(fields[4]), comm=comm)


def observe(pid: int) -> Process | None:
    """The process, None where there is none or it was replaced while we looked."""
    before = stat_of(pid)
    if before is None:
        return None
    process = Process(pid, before.start, before.ppid, before.tty, _uid(pid), before.comm, _exe(pid), _argv(pid))
    after = stat_of(pid)
    return process if after is not None and after.start == before.start else None


def ancestry(pid: int) -> tuple[Process, ...]:
    """The process and those above it, nearest first, as far as they can be told; bounded by `DEPTH_MAX`."""
    chain: list[Process] = []
    process = observe(pid)
    while process is not None and len(chain) < DEPTH_MAX:
        chain.append(process)
        process = parent_of(process)
    return tuple(chain)


def parent_of(child: Process) -> Process | None:
    """The parent of `child`, None at the top, or where either ended meanwhile."""
    if child.ppid <= 0:
        return None
    parent = observe(child.ppid)
    again = stat_of(child.pid)
    if parent is None or again is None or (again.start, again.ppid) != (child.start, child.ppid):
        return None
    return parent


def digest_of_exe(pid: int) -> str:
    """sha256 of the very file that the process runs, also where its path names another one by now; "" if unreadable."""
    return digest_of(f"/proc/{pid}/exe")


def digest_of(path: str) -> str:
    """sha256 of a file's content, "" where it cannot be read whole; kept while the file stays the same."""
    try:
        found = Path(path).stat()
        if found.st_size > DIGEST_MAX:
            return ""
        return _digest(path, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    except OSError:
        return ""


@functools.lru_cache(maxsize=64)
def _digest(path: str, *_same: int) -> str:
    digest = hashlib.sha256()
    with Path(path).open("rb", buffering=0) as reading:
        while chunk := reading.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def cwd_of(pid: int) -> str:
    """The working directory of the process, "" where the kernel does not tell us."""
    return _link(f"/proc/{pid}/cwd")


def _exe(pid: int) -> str:
    return _link(f"/proc/{pid}/exe").removesuffix(" (deleted)")


def _link(path: str) -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return ""


def _argv(pid: int) -> tuple[str, ...]:
    try:
        content = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ()
    words = content.removesuffix(b"\0").split(b"\0") if content else []
    return tuple(word.decode("utf-8", "surrogateescape") for word in words)


def _uid(pid: int) -> int:
    """Effective uid; the owner of /proc/PID is root for processes that cannot be dumped, so it says nothing."""
    try:
        with Path(f"/proc/{pid}/status").open("rb") as reading:
            for line in reading:
                if line.startswith(b"Uid:"):
                    return int(line.split()[2])
    except OSError:
        pass
    return -1
