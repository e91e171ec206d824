"""Opening the log's own files: never through a link, never another user's, never readable by others."""

import contextlib
import errno
import os
import stat
from pathlib import Path

from interposer.audit.ulid import new_ulid
from interposer.errors import AuditError

PRIVATE = 0o600
SEALED = 0o400


def open_private(path: Path, flags: int) -> int:
    """A descriptor of the regular file `path`, which must be ours alone; a file that is made gets mode 0600.

    Raises:
        AuditError: IP-73 where the file is a link or not private, IP-71 where it cannot be opened.
    """
    try:
        # O_NONBLOCK: a FIFO in the file's place must not hang us; it has no effect on regular files (open(2)).
        opened = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY, PRIVATE)
    except OSError as error:
        raise failed(path, error) from error
    try:
        _refuse_shared(path, os.fstat(opened))
    except AuditError:
        os.close(opened)
        raise
    return opened


def read_private(path: Path, *, exactly: int | None = None, at_most: int = 1 << 16) -> bytes:
    """The content of a private file that holds `exactly` so many bytes, or at most so many.

    Raises:
        AuditError: IP-73, it is not private or of another size.
    """
    limit = at_most if exactly is None else exactly
    opened = open_private(path, os.O_RDONLY)
    with os.fdopen(opened, "rb") as reading:
        content = reading.read(limit + 1)
    if len(content) > limit or (exactly is not None and len(content) != exactly):
        raise AuditError(f"`{path}` does not hold {limit} bytes", code="IP-73", hint="move it away to make a new one")
    return content


def failed(path: Path, error: OSError) -> AuditError:
    """What the log's user is told of an operating system error."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return AuditError(f"`{path}` cannot be written: {error.strerror}", code="IP-72", hint="free disk space")
    if error.errno in {errno.ELOOP, errno.ENOTDIR}:
        return AuditError(
            f"`{path}` is a link or lies behind a file", code="IP-73", hint="look into it, then remove it"
        )
    return AuditError(f"`{path}` cannot be used: {error.strerror}", code="IP-71")


def create_private(path: Path, content: bytes) -> None:
    """Write `content` to `path` whole or not at all, mode 0600; a file that is there already stays as it is.

    Raises:
        AuditError: IP-71, it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{new_ulid()}")
    opened = open_private(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        try:
            write_all(opened, content)
            os.fdatasync(opened)
        finally:
            os.close(opened)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    except OSError as error:
        raise failed(path, error) from error
    finally:
        draft.unlink(missing_ok=True)


def write_all(opened: int, content: bytes) -> None:
    """Write every byte; an OSError may leave a part of it behind."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(opened, rest) :]


def _refuse_shared(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise AuditError(f"`{path}` is not a regular file", code="IP-73")
    if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise AuditError(f"`{path}` is open to other users", code="IP-73", hint=f"look into it, then: chmod 600 {path}")
