"""Where interposer keeps its files, as the operator's environment says; the caller pins the answers for a session.

XDG Base Directory Specification 0.8: a variable that is not an absolute path is ignored.
"""

import contextlib
import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path

from interposer.errors import UsageError

SOCKET_ROOM = len("/s/01JD8Q00000000000000000000/broker.sock")
"""What a session adds to the runtime directory for its longest socket name."""
SOCKET_PATH_MAX = 104
"""`sun_path` holds 108 bytes on Linux and 104 on macOS and the BSDs, the closing NUL included."""


def home_dir() -> Path:
    """The home of the password database; `$HOME` counts only for a user who is not listed there.

    Raises:
        UsageError: IP-11, neither names an absolute path.
    """
    with contextlib.suppress(KeyError):
        return Path(pwd.getpwuid(os.geteuid()).pw_dir)
    named = os.environ.get("HOME", "")
    if not named.startswith("/"):
        raise UsageError("no home directory is known for this user", code="IP-11", hint="set HOME to an absolute path")
    return Path(named)


def config_dir(environ: Mapping[str, str] | None = None) -> Path:
    """The folder of `config.toml` and of the operator's own rules and policies."""
    return _xdg("XDG_CONFIG_HOME", ".config", environ)


def state_dir(environ: Mapping[str, str] | None = None) -> Path:
    """The folder of the log, the install key and pending approvals."""
    return _xdg("XDG_STATE_HOME", ".local/state", environ)


def runtime_dir(environ: Mapping[str, str] | None = None) -> Path:
    """The folder of sockets and of the sessions' shim folders: private, short enough for a socket, not `noexec`.

    `$XDG_RUNTIME_DIR/interposer` where it fits, else `run` in the state folder, else `/tmp/interposer-UID`. Call
    `ensure_private_dir` on the answer before use.

    Raises:
        UsageError: IP-12, none of them is usable.
    """
    named = _environ(environ).get("XDG_RUNTIME_DIR", "")
    candidates = [state_dir(environ) / "run", Path(f"/tmp/interposer-{os.geteuid()}")]  # noqa: S108 - checked by its user
    if named.startswith("/"):
        candidates.insert(0, Path(named) / "interposer")
    for candidate in candidates:
        if _holds_sockets(candidate):
            return candidate
    raise UsageError(
        "no folder can hold the sockets: each is too long, mounted noexec or owned by another user",
        code="IP-12",
        hint="set XDG_RUNTIME_DIR to a short private folder",
    )


def rules_dir() -> Path:
    """The shipped rules and policies."""
    return Path(__file__).parent / "rules"


def shims_dir() -> Path:
    """The shipped shim and its source."""
    return Path(__file__).parent / "shims"


def ensure_private_dir(path: Path) -> Path:
    """Create `path` (mode 0700) where it is missing, and promise that nobody else can write or look into it.

    Raises:
        UsageError: IP-11, it is relative, a symbolic link, not a folder, another user's, or others can write to it
            or to a folder above it.
    """
    if not path.is_absolute():
        raise UsageError(f"`{path}` is not an absolute path", code="IP-11")
    try:
        for missing in reversed([folder for folder in (path, *path.parents) if not os.path.lexists(folder)]):
            missing.mkdir(mode=0o700, exist_ok=True)
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(f"`{path}` cannot be used as a private folder: {error.strerror}", code="IP-11") from error
    try:
        _refuse_foreign(path, os.fstat(folder))
        os.fchmod(folder, 0o700)
    finally:
        os.close(folder)
    _refuse_open_ancestor(path)
    return path


def _environ(environ: Mapping[str, str] | None) -> Mapping[str, str]:
    return os.environ if environ is None else environ


def _xdg(variable: str, default: str, environ: Mapping[str, str] | None) -> Path:
    named = _environ(environ).get(variable, "")
    return (Path(named) if named.startswith("/") else home_dir() / default) / "interposer"


def _refuse_foreign(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise UsageError(f"`{path}` belongs to another user", code="IP-11", hint="remove it, or name another folder")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise UsageError(f"others can write to `{path}`", code="IP-11", hint=f"look into it, then: chmod 700 {path}")


def _refuse_open_ancestor(path: Path) -> None:
    """A folder above that others may rename in would let them put their own in place of `path`.

    Group-writable folders pass: with user-private groups (umask 002) they are ordinary.
    """
    trusted = {0, os.geteuid(), Path("/").stat().st_uid}
    for above in path.resolve().parents:
        found = above.stat()
        sticky = bool(found.st_mode & stat.S_ISVTX)
        if found.st_uid not in trusted or (found.st_mode & stat.S_IWOTH and not sticky):
            raise UsageError(f"`{above}`, above `{path}`, is open to other users", code="IP-11")


def _holds_sockets(path: Path) -> bool:
    if len(os.fsencode(path)) + SOCKET_ROOM >= SOCKET_PATH_MAX:
        return False
    try:
        existing = next(folder for folder in (path, *path.parents) if folder.exists())
        return not os.statvfs(existing).f_flag & os.ST_NOEXEC and _is_ours_or_missing(path)
    except OSError:
        return False


def _is_ours_or_missing(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return True
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
