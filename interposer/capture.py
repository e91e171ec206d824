"""The world as it is: physical paths and file texts, read once, bounded, never through a device or a pipe."""

import os
import stat

from interposer.world import FileText

MAX_TEXT = 256 * 1024


class Files:
    """The file system of this machine.

    Attributes:
        opened: when the session opened, in nanoseconds of the file system's clock; a file changed later is fresh.
    """

    def __init__(self, opened: int | None = None, shims: frozenset[tuple[int, int]] = frozenset()) -> None:
        self.opened = opened
        self._shims = shims

    def physical(self, path: str) -> str:
        """The physical path; of a path that does not exist, that of its folder with the name behind it."""
        try:
            return os.path.realpath(path)
        except (OSError, ValueError):
            return ""

    def text(self, path: str) -> FileText | None:
        """The text of a regular file of at most 256 kB in UTF-8."""
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError):
            return None
        try:
            found = os.fstat(fd)
            if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_TEXT:
                return None
            content = os.read(fd, MAX_TEXT + 1)
            fresh = self.opened is not None and found.st_ctime_ns >= self.opened
            return FileText(content.decode("utf-8"), fresh)
        except (OSError, UnicodeDecodeError):
            return None
        finally:
            os.close(fd)

    def ambient(self, path: str) -> FileText | None:
        """The text of a configuration file."""
        return self.text(path)

    def program(self, name: str, path: str | None) -> str:
        """The file that `name` resolves to along `path`, shim folders passed over."""
        for folder in (path or os.defpath).split(":"):
            candidate = os.path.join(folder or ".", name)
            try:
                where = os.stat(folder or ".")
                if (where.st_dev, where.st_ino) in self._shims:
                    continue
                if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
                    return candidate
            except OSError:
                continue
        return ""
