"""A new image as it stands before its first instruction: what the kernel loaded, not what a caller pointed to."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Image:
    """What a process is about to run.

    Attributes:
        exe: the file's path by the kernel's word, "" for one that has none (memfd, deleted) or not this one any more.
        device, inode, size: the very file that was loaded, whatever its path names.
        environ: raw `NAME=value`s.
    """

    pid: int
    argv: tuple[str, ...]
    exe: str
    device: int
    inode: int
    size: int
    cwd: str
    environ: tuple[bytes, ...]


def image_of(pid: int) -> Image:
    """The image of a process that is held at its exec stop.

    Raises:
        OSError: it cannot be read (its file may be run and not read, proc(5)), or the process has gone.
    """
    found = os.stat(f"/proc/{pid}/exe")  # noqa: PTH116 - a hot path
    words = _strings(pid, "cmdline")
    return Image(
        pid,
        tuple(map(os.fsdecode, words)),
        _path(pid, found),
        found.st_dev,
        found.st_ino,
        found.st_size,
        os.readlink(f"/proc/{pid}/cwd"),  # noqa: PTH115 - a hot path
        _strings(pid, "environ"),
    )


def _path(pid: int, found: os.stat_result) -> str:
    """The path, where our own view of the file system finds that same file there; a mount of the tree's own is none."""
    path = os.readlink(f"/proc/{pid}/exe")  # noqa: PTH115 - a hot path
    try:
        there = os.stat(path)  # noqa: PTH116 - a hot path
    except (OSError, ValueError):
        return ""
    return path if (there.st_dev, there.st_ino) == (found.st_dev, found.st_ino) else ""


def _strings(pid: int, name: str) -> tuple[bytes, ...]:
    with open(f"/proc/{pid}/{name}", "rb", buffering=0) as reading:  # noqa: PTH123 - a hot path
        parts = []
        while part := reading.read(1 << 16):
            parts.append(part)
    content = b"".join(parts)
    return tuple(content.removesuffix(b"\0").split(b"\0")) if content else ()
