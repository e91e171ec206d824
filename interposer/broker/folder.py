"""A session's folder: the shims under every tool's name, the socket, the description of the cold path."""

import fnmatch
import json
import os
import shlex
import socket
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from interposer.broker.tools import Tools
from interposer.errors import BrokerError
from interposer.paths import ensure_private_dir, shims_dir

SHELLS = ("bash", "sh", "dash", "zsh")
INTERPOSER_SHELL = "interposer-shell"
BACKLOG = 512
_LOGIN = """\
# Read once by a login shell of this session, before its script: login files may have set PATH anew.
case $PATH: in {bin}:*) ;; *) PATH={bin}:$PATH ;; esac
unset BASH_ENV
"""


@dataclass(frozen=True, slots=True)
class SessionFolder:
    """`DIR/bin/NAME` are the shims; a shim finds `DIR/s.sock` and `DIR/cold` by its own path."""

    path: Path

    @property
    def bin(self) -> Path:
        """What stands first on PATH."""
        return self.path / "bin"

    @property
    def socket(self) -> Path:
        """Where the broker listens."""
        return self.path / "s.sock"

    @property
    def cold(self) -> Path:
        """How to decide without the broker."""
        return self.path / "cold"

    @property
    def login(self) -> Path:
        """What a login shell reads after its login files, by BASH_ENV: it puts the shims back in front."""
        return self.path / "login"

    @property
    def shell(self) -> Path:
        """What `$SHELL` is."""
        return self.bin / INTERPOSER_SHELL

    def remove(self) -> None:
        """Take the folder away; a folder that is gone already is fine."""
        import shutil  # noqa: PLC0415 - it loads every compressor that Python has, which the cold path cannot spare

        shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Cold:
    """What the cold path needs to know, fixed when the folder is made.

    Attributes:
        resident: socket of the per-user broker to be started when it does not run, "" for a session's own folder.
    """

    policy: str = ""
    state: str = ""
    config: str = ""
    resident: str = ""


def shim_file() -> Path:
    """The built shim.

    Raises:
        BrokerError: IP-62, it was not built.
    """
    built = shims_dir() / "interposer-shim"
    if not built.is_file():
        raise BrokerError(
            "the shim is not built", code="IP-62", hint="run `make -C shims` with a C compiler, or reinstall"
        )
    return built


def make_folder(path: Path, names: Iterable[str], cold: Cold) -> SessionFolder:
    """Create the folder with a shim under each of `names` and the shells' names."""
    folder = SessionFolder(ensure_private_dir(path))
    ensure_private_dir(folder.bin)
    place_shims(folder.bin, names)
    write_cold(folder.cold, cold)
    bin_path = shlex.quote(str(folder.bin))
    _write_private(folder.login, _LOGIN.format(bin=bin_path))
    return folder


def place_shims(into: Path, names: Iterable[str]) -> tuple[Path, ...]:
    """Put one copy of the shim into the folder and hard links to it under all names.

    Hard links, because the kernel tells a program the name it was started by only where that name is no symbolic link.
    """
    first = into / INTERPOSER_SHELL
    fresh = into / f".{INTERPOSER_SHELL}.{os.getpid()}"
    fresh.write_bytes(shim_file().read_bytes())
    fresh.chmod(0o755)
    placed = []
    for name in sorted({*names, INTERPOSER_SHELL}):
        link = into / f".{name}.{os.getpid()}.link"
        link.hardlink_to(fresh)
        link.replace(into / name)
        link.unlink(missing_ok=True)  # rename(2) does nothing where both names are one file already
        placed.append(into / name)
    fresh.unlink()
    first.chmod(0o755)
    return tuple(placed)


def names_on_path(patterns: Iterable[str], path: str, tools: Tools) -> frozenset[str]:
    """The names that rules know (`*` matches) and that a real program on `path` has."""
    wanted = (*patterns, *SHELLS)
    plain = {name for name in wanted if "*" not in name}
    globs = [name for name in wanted if "*" in name]
    found = {name for name in plain if tools.find(name, path, "") is not None}
    for entry in dict.fromkeys(path.split(":")):
        if entry.startswith("/") and globs and os.path.isdir(entry):  # noqa: PTH112 - PATH entries are texts
            listed = [name for pattern in globs for name in fnmatch.filter(os.listdir(entry), pattern)]  # noqa: PTH208 - names
            found.update(name for name in listed if name not in found and tools.find(name, path, "") is not None)
    return frozenset(found)


def write_cold(path: Path, cold: Cold) -> None:
    """Write the cold path's description: interpreter, script, then one JSON line that only the script reads."""
    package = Path(__file__).resolve().parent.parent
    interpreter = Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()
    details = {
        "path": [entry for entry in sys.path if entry.startswith("/") and Path(entry).exists()],
        "policy": cold.policy,
        "state": cold.state,
        "config": cold.config,
        "resident": cold.resident,
    }
    _write_private(path, f"{interpreter}\n{package / 'cold.py'}\n{json.dumps(details)}\n")


def _write_private(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)


def listen_at(path: Path) -> socket.socket:
    """A listening socket at that path; a stale socket of ours is cleared away first.

    Raises:
        BrokerError: IP-63, another broker answers there, or the path holds something that is no socket of ours.
    """
    _clear_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    try:
        with _short(path) as name:
            listener.bind(name)
        path.chmod(0o600)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise BrokerError(f"cannot listen at `{path}`: {error.strerror or error}", code="IP-63") from error
    return listener


def connect_to(path: Path, *, timeout: float | None = 30.0) -> socket.socket:
    """A connection to the broker at that path; raises OSError."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        connection.settimeout(timeout)
        with _short(path) as name:
            connection.connect(name)
    except OSError:
        connection.close()
        raise
    return connection


class _short:  # noqa: N801 - reads as a verb at its two places
    """A name for a socket path that fits into sun_path, by a descriptor of its folder where it must be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = -1

    def __enter__(self) -> str:
        if len(os.fsencode(self._path)) < 100:  # noqa: PLR2004 - sun_path holds 108 bytes with its NUL (104 on BSDs)
            return str(self._path)
        self._folder = os.open(self._path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._folder}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        if self._folder >= 0:
            os.close(self._folder)


def _clear_stale(path: Path) -> None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.geteuid():
        raise BrokerError(
            f"`{path}` is in the way and no socket of ours", code="IP-63", hint="look into it and remove it"
        )
    try:
        connect_to(path, timeout=5.0).close()
    except ConnectionRefusedError:
        path.unlink(missing_ok=True)
        return
    except OSError as error:
        raise BrokerError(f"`{path}` is in use: {error.strerror or error}", code="IP-63") from error
    raise BrokerError(f"another broker answers at `{path}`", code="IP-63")
