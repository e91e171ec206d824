"""A rule book compiled beforehand, kept in one file: rules as text, found by the digest of the file they were made of.

The file is believed only where it belongs to this user and nobody else may read or write it, and only for what its
sources say today: a rule counts where the bytes of its file have the digest that stands beside it, the list of names
where no file of the folder came, went or changed. It holds no code: nothing in it is ever executed.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from interposer.rulebook import compile as compiling
from interposer.rulebook import plain, values, words
from interposer.rulebook.model import Rule
from interposer_argv.grammar import Option

_MAGIC: Final = b"interposer rule book 1 "
_PRIVATE: Final = 0o077


@dataclass(frozen=True, slots=True)
class Names:
    """What the folder's files say about other names, see `interposer.rulebook.book.Folder`."""

    exact: Mapping[str, str]
    patterns: Sequence[tuple[str, str]]


@dataclass(slots=True)
class Store:
    """One file of compiled rules, read whole.

    Attributes:
        data: the whole file.
        start: where the texts begin in it.
        names_in: for each folder the other names of its tools.
        files: for each folder and file digest, place and length of its text, mark; in one string.
        fresh: the folders that are as they were when the file was written.
    """

    data: bytes
    start: int
    names_in: dict[str, Any]
    files: dict[str, dict[str, str]]
    fresh: dict[str, bool] = field(default_factory=dict)

    def names(self, folder: Path, files: Mapping[str, Path]) -> Names | None:
        """The other names of the tools in `folder`, None where any of its files is not as it was."""
        if not self.holds(folder, files):
            return None
        exact, patterns = self.names_in[str(folder)]
        return Names(exact, [(pattern, tool) for pattern, tool in patterns])

    def digests(self, folder: Path, files: Mapping[str, Path]) -> dict[str, str]:
        """The digests of the files in `folder` by name, none where the folder is not as it was."""
        if not self.holds(folder, files):
            return {}
        return {name: entry.partition(" ")[0] for name, entry in self.files[str(folder)].items()}

    def rule(self, path: Path) -> Rule | None:
        """The rule of the file at `path`, None where its bytes are not those that the rule was made of."""
        text = self._text(path)
        return plain.rule_of(text, path) if text else None

    def variables(self, path: Path) -> tuple[tuple[str, Option], ...] | None:
        """The entries of the `environment.toml` at `path`, None where it is not the file that they were made of."""
        text = self._text(path)
        return plain.variables_of(text) if text else None

    def _text(self, path: Path) -> str:
        entry = self.files.get(str(path.parent), {}).get(path.name)
        if entry is None:
            return ""
        digest, place, length, _ = entry.split(" ", 3)
        begin = self.start + int(place)
        try:
            source = path.read_bytes()
        except OSError:
            return ""
        same = hashlib.sha256(source).hexdigest() == digest
        return self.data[begin : begin + int(length)].decode() if same else ""

    def holds(self, folder: Path, files: Mapping[str, Path]) -> bool:
        """Whether `folder` is as it was when the file was written; looked at once."""
        known = str(folder)
        if known not in self.fresh:
            self.fresh[known] = known in self.files and _same(folder, files, self.files[known])
        return self.fresh[known]


def _same(folder: Path, files: Mapping[str, Path], kept: Mapping[str, str]) -> bool:
    """Whether `folder` holds exactly the kept files; one whose mark differs may still have the same bytes."""
    marks = _marks(folder)
    if not marks.keys() == kept.keys() >= {path.name for path in files.values()}:
        return False
    return all(
        kept[name].endswith(mark) or kept[name].startswith(hashlib.sha256((folder / name).read_bytes()).hexdigest())
        for name, mark in marks.items()
    )


def _marks(folder: Path) -> dict[str, str]:
    """The rule files of a folder, those that are no tools included, with what tells an untouched one."""
    with os.scandir(folder) as entries:
        return {entry.name: _mark(entry.stat()) for entry in entries if entry.name.endswith(".toml")}


def _mark(found: os.stat_result) -> str:
    return f" {found.st_dev}-{found.st_ino}-{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"


@lru_cache(maxsize=1)
def _version() -> bytes:
    """Digest of all that shapes a compiled rule: the code that makes it and the fields that it has."""
    whole = hashlib.sha256(plain.shape().encode())
    for module in (compiling, values, words, plain):
        whole.update(Path(module.__file__ or "").read_bytes())
    return whole.hexdigest().encode()


def read_store(path: Path) -> Store | None:
    """The store in the file at `path`, None where there is none that can be believed."""
    try:
        data = _private_bytes(path)
        line = data[: data.index(b"\n")]
        version, digest, length = line.removeprefix(_MAGIC).split(b" ")
        if not line.startswith(_MAGIC) or version != _version():
            return None
        start = len(line) + 1 + int(length)
        if hashlib.sha256(memoryview(data)[len(line) + 1 :]).hexdigest().encode() != digest:
            return None
        names, files = json.loads(data[len(line) + 1 : start])
        tables = {folder: dict(_pair(entry) for entry in lines.splitlines()) for folder, lines in files.items()}
        return Store(data, start, names, tables)
    except (OSError, ValueError):
        return None


def _private_bytes(path: Path) -> bytes:
    """What is in the file at `path`, nothing where it is not a plain file that this user alone can open.

    Raises:
        OSError: it cannot be read, or it is a link.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & _PRIVATE:
            return b""
        pieces = []
        while piece := os.read(descriptor, 1 << 22):
            pieces.append(piece)
        return b"".join(pieces)
    finally:
        os.close(descriptor)


def _pair(entry: str) -> tuple[str, str]:
    name, _, rest = entry.partition("/")
    return name, rest


@dataclass(frozen=True, slots=True)
class Contents:
    """What of one folder goes into a store: texts by file name, and the other names of its tools."""

    folder: Path
    texts: Mapping[str, tuple[str, str]]
    names: Names


def write_store(path: Path, contents: Sequence[Contents]) -> None:
    """Write a store to `path` in one step, private to this user.

    A file that is no longer what was compiled (rules are pinned while a session runs) is noted as changed.

    Args:
        path: the file; its folder must be there.
        contents: for each file of each folder its digest and what it was compiled to ("" for what is no rule).

    Raises:
        OSError: it cannot be written.
    """
    names, files = {}, {}
    pieces: list[bytes] = []
    at = 0
    for each in contents:
        lines = []
        for name, mark in _marks(each.folder).items():
            digest, text = each.texts.get(name, ("-", ""))
            pieces.append(text.encode())
            same = hashlib.sha256((each.folder / name).read_bytes()).hexdigest() == digest
            lines.append(f"{name}/{digest} {at} {len(pieces[-1])}{mark if same else ' changed'}")
            at += len(pieces[-1])
        files[str(each.folder)] = "\n".join(lines)
        names[str(each.folder)] = (dict(each.names.exact), list(each.names.patterns))
    head = json.dumps([names, files], separators=(",", ":")).encode()
    whole = hashlib.sha256(head)
    for piece in pieces:
        whole.update(piece)
    first = b" ".join([_MAGIC.rstrip(), _version(), whole.hexdigest().encode(), b"%d\n" % len(head)])
    replace(path, b"".join([first, head, *pieces]))


def replace(path: Path, data: bytes) -> None:
    """Put `data` in the place of the file at `path`, through a new file that nobody else can open."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
