"""Which real program a name means: looked up on PATH as a shell would, outside every shim folder."""

import os
import stat
from dataclasses import dataclass, field

MARKER = b"interposer-shim-protocol-"
"""Stands in the bytes of every shim (shims/shim.c)."""
_SHIM_LIMIT = 96 * 1024
_DEFAULT_PATH = "/bin:/usr/bin"
_MEMORY = 4096


@dataclass(frozen=True, slots=True)
class Tool:
    """A real program.

    Attributes:
        path: as found on PATH, links not resolved.
        real: the same file's physical path.
    """

    path: str
    device: int
    inode: int
    real: str = ""


@dataclass(slots=True)
class Tools:
    """Finds real tools; remembers what it learned of a file by (device, inode, size, change time)."""

    folders: set[tuple[int, int]] = field(default_factory=set)
    _shims: dict[tuple[int, int, int, int], bool] = field(default_factory=dict)
    _shunned: set[str] = field(default_factory=set)
    _split: dict[tuple[str, str], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    _known: dict[tuple[str, int, int, int], Tool] = field(default_factory=dict)

    def shun(self, folder: str) -> None:
        """Never look into this folder, under whatever path it appears."""
        found = os.stat(folder)  # noqa: PTH116 - a hot path
        self.folders.add((found.st_dev, found.st_ino))
        self._shunned.add(folder)
        self._split.clear()

    def find(self, name: str, path: str | None, cwd: str) -> Tool | None:
        """The first executable regular file of that name on `path` that is no shim.

        An empty or relative entry counts from `cwd`, and is left out where `cwd` is unknown.
        """
        for folder, slashed in self._entries(_DEFAULT_PATH if path is None else path, cwd):
            tool = self.at(slashed + name)
            if tool is not None and not self._is_shunned(folder):
                return tool
        return None

    def _entries(self, path: str, cwd: str) -> tuple[tuple[str, str], ...]:
        """The folders of PATH, as they are and with a slash at the end."""
        known = self._split.get((path, cwd))
        if known is None:
            if len(self._split) >= _MEMORY:
                self._split.clear()
            whole = [entry for entry in path.split(":") if cwd or entry.startswith("/")]
            folders = dict.fromkeys(entry if entry.startswith("/") else f"{cwd}/{entry}" for entry in whole)
            looked_into = (folder for folder in folders if folder not in self._shunned)
            known = self._split[path, cwd] = tuple((folder, folder.rstrip("/") + "/") for folder in looked_into)
        return known

    def at(self, path: str) -> Tool | None:
        """The program at that very path, None where there is none or it is a shim."""
        # access(2) answers without an exception, and most folders of PATH do not hold the name.
        if "\0" in path or not os.access(path, os.X_OK):
            return None
        try:
            found = os.stat(path)  # noqa: PTH116 - a hot path
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode) or self.is_shim(path, found):
            return None
        return self._tool(path, found)

    def is_shim(self, path: str, found: os.stat_result) -> bool:
        """Whether the file is a shim of this or any other session or version."""
        if found.st_size > _SHIM_LIMIT:
            return False
        key = (found.st_dev, found.st_ino, found.st_size, found.st_ctime_ns)
        known = self._shims.get(key)
        if known is None:
            if len(self._shims) >= _MEMORY:
                self._shims.clear()
            known = self._shims[key] = _has_marker(path)
        return known

    def _tool(self, path: str, found: os.stat_result) -> Tool:
        key = (path, found.st_dev, found.st_ino, found.st_ctime_ns)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MEMORY:
                self._known.clear()
            known = self._known[key] = Tool(path, found.st_dev, found.st_ino, os.path.realpath(path))
        return known

    def _is_shunned(self, folder: str) -> bool:
        try:
            found = os.stat(folder)  # noqa: PTH116 - a hot path
        except (OSError, ValueError):
            return False
        return (found.st_dev, found.st_ino) in self.folders


def _has_marker(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a hot path
            start = file.read(4)
            return start == b"\x7fELF" and MARKER in file.read(_SHIM_LIMIT)
    except OSError:
        # Executable but not readable (mode 0711): a shim is readable to its own user, so this is none.
        return False
