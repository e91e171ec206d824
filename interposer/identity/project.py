"""The project that a session works in, and the places that go with it; pinned when the session opens."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from interposer.paths import home_dir

TEMP = ("/tmp", "/var/tmp")  # noqa: S108 - the places themselves, nothing is created
_FILE_MAX = 1 << 16
_ORIGIN = re.compile(r'^\[remote "origin"\][^\[]*?^\s*url\s*=\s*(\S+)', re.MULTILINE | re.DOTALL)
_CREDENTIALS = re.compile(r"(?<=://)[^/@]*@")


def project_of(cwd: str) -> str:
    """The root of the work tree at or above `cwd`, else `cwd` itself; "" where that would be the whole home or more.

    A `.git` of another user makes no project (git's safe.directory): in a shared folder anybody could lay one down.
    """
    here = Path(os.path.realpath(cwd))
    for folder in (here, *here.parents):
        if _is_work_tree(folder) and not _is_too_wide(folder):
            return str(folder)
    return "" if _is_too_wide(here) else str(here)


def home_of_user() -> str:
    """The home of the password database, resolved."""
    return os.path.realpath(home_dir())


def temp_places(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Where temporary files go: /tmp, /var/tmp, and a TMPDIR that lies outside the home and is no root of its own."""
    named = environ.get("TMPDIR", "")
    if not named.startswith("/"):
        return TEMP
    place = Path(os.path.realpath(named))
    wide = (
        place == Path("/")
        or _is_too_wide(place)
        or place.is_relative_to(home_of_user())
        or len(place.parts) == len(("/", "usr"))
    )
    return TEMP if wide or str(place) in TEMP else (*TEMP, str(place))


def git_facts(project: str) -> tuple[str, str]:
    """Origin URL (without credentials) and current ref of the work tree, from git's own files; "" where unknown."""
    folder = _git_folder(Path(project)) if project else None
    if folder is None:
        return "", ""
    common = _text(folder / "commondir").strip()
    config = _text((folder / common if common else folder) / "config")
    origin = _ORIGIN.search(config)
    head = _text(folder / "HEAD").strip()
    return _CREDENTIALS.sub("", origin[1]) if origin else "", head.removeprefix("ref: ")


def _is_work_tree(folder: Path) -> bool:
    try:
        return (folder / ".git").lstat().st_uid in {os.geteuid(), 0}
    except OSError:
        return False


def _is_too_wide(folder: Path) -> bool:
    home = Path(home_of_user())
    return folder in {home, *home.parents} or str(folder) in TEMP


def _git_folder(project: Path) -> Path | None:
    git = project / ".git"
    if git.is_dir():
        return git
    target = _text(git).strip()  # gitrepository-layout(5): "gitdir: PATH" in linked work trees and submodules
    return project / target.removeprefix("gitdir: ") if target.startswith("gitdir: ") else None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as reading:
            return reading.read(_FILE_MAX).decode("utf-8", "replace")
    except OSError:
        return ""
