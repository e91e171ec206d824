"""Reading the journal: records over segments, a torn tail forgiven, every other damage named by its place."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from interposer.audit.canonical import Record, restored
from interposer.audit.files import open_private
from interposer.audit.record import RECORD_MAX
from interposer.errors import AuditError, UsageError
from interposer.paths import ensure_private_dir

LOG, SPOOL, BLOBS = "log", "spool", "blobs/sha256"
PREFIX, SUFFIX = "journal-", ".jsonl"
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One record where it stands; `line` is its canonical bytes, `offset` the place of its first byte."""

    record: Record
    line: bytes
    segment: str
    offset: int


@dataclass(frozen=True, slots=True)
class Damage:
    """A place of the log that is not as it was written: what, in which segment, from which byte."""

    what: str
    segment: str
    offset: int


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a segment.

    Attributes:
        last: the last record that ends in a line end, None where there is none.
        torn: what stands behind it; a failed write left it.
        unended: the record that `torn` is, where only its line end is missing.
        damaged: no record is found within the last two longest lines of a segment that is longer than that.
    """

    last: Record | None = None
    torn: bytes = b""
    unended: Record | None = None
    damaged: bool = False


def log_dir(state_dir: Path, *, create: bool = False) -> Path:
    """The folder of the log under `state_dir`.

    Raises:
        AuditError: IP-73, with `create`: it cannot be made private.
    """
    folder = state_dir / LOG
    if create:
        try:
            for part in (state_dir, folder, folder / SPOOL):
                ensure_private_dir(part)
        except UsageError as error:
            raise AuditError(str(error), code="IP-73", hint=error.hint) from error
    return folder


def segments(state_dir: Path) -> list[Path]:
    """The segments of the log, oldest first."""
    return sorted(log_dir(state_dir).glob(f"{PREFIX}*{SUFFIX}"))


def read(state_dir: Path, on_damage: Callable[[Damage], None] | None = None) -> Iterator[Entry]:
    """Every record, segment by segment; with `on_damage` the reading goes on behind a damaged place.

    Checked are the canonical form, `seq`, and each session's `sseq` and `sprev`.

    Raises:
        AuditError: IP-75 at the first damage, where `on_damage` is None.
    """
    for path in segments(state_dir):
        yield from read_segment(path, on_damage or _refuse)


def read_segment(path: Path, on_damage: Callable[[Damage], None]) -> Iterator[Entry]:
    """The records of one segment."""
    with _reading(path) as reading:
        yield from _Reader(path.name, on_damage).entries(reading)


def last_entries(path: Path) -> Iterator[Entry]:
    """The records of one segment from its end; lines that are no records are passed over."""
    with _reading(path) as reading:
        for offset, line in _lines_backward(reading):
            try:
                yield Entry(restored(line), line, path.name, offset)
            except AuditError:
                continue


def tail_of(path: Path) -> Tail:
    """How the segment ends."""
    with _reading(path) as reading:
        begin = max(0, reading.seek(0, os.SEEK_END) - 2 * (RECORD_MAX + 1))
        reading.seek(begin)
        content = reading.read()
    ended = content.rpartition(b"\n")[0].split(b"\n") if b"\n" in content else []
    while ended and (last := _record_or_none(ended[-1])) is None:
        ended.pop()
    if not ended:
        return Tail(None, content, _record_or_none(content), damaged=begin > 0)
    torn = content[sum(len(line) + 1 for line in ended) :]
    return Tail(last, torn, _record_or_none(torn))


def spooled_ids(path: Path) -> set[str]:
    """The ids of the spooled decisions at the head of a segment."""
    ids = set()
    for entry in read_segment(path, lambda _: None):
        if entry.record.get("spooled") is not True:
            break
        ids.add(str(entry.record["id"]))
    return ids


class _Reader:
    def __init__(self, segment: str, on_damage: Callable[[Damage], None]) -> None:
        self.segment = segment
        self.on_damage = on_damage
        self.seq = 0
        self.chains: dict[str, tuple[int, str]] = {}

    def entries(self, reading: IO[bytes]) -> Iterator[Entry]:
        offset, torn_at = 0, 0
        torn: list[bytes] = []
        for line in reading:
            if not line.endswith(b"\n"):
                break  # the tail of a live or dead writer: never acknowledged
            content, at, offset = line[:-1], offset, offset + len(line)
            record = _record_or_none(content)
            if record is None:
                torn_at = torn_at if torn else at
                torn.append(content)
                continue
            if torn and not _accounts(record, b"\n".join(torn)):
                self.on_damage(Damage("a line is no record", self.segment, torn_at))
            torn = []
            self._check(record, content, at)
            yield Entry(record, content, self.segment, at)
        if torn:
            self.on_damage(Damage("a line is no record", self.segment, torn_at))

    def _check(self, record: Record, line: bytes, at: int) -> None:
        if record.get("seq") != self.seq:
            self.on_damage(Damage(f"seq is {record.get('seq')}, {self.seq} was due", self.segment, at))
        self.seq = record["seq"] + 1 if isinstance(record.get("seq"), int) else self.seq + 1  # type: ignore[operator]  # isinstance says int
        sid = str(record.get("sid", ""))
        due = self.chains.get(sid, (0, ""))
        if (record.get("sseq"), record.get("sprev")) != due:
            self.on_damage(Damage(f"the chain of session `{sid}` is broken", self.segment, at))
        if record.get("kind") == "session.close":
            self.chains.pop(sid, None)
        elif sid:
            self.chains[sid] = (due[0] + 1, hashlib.sha256(line).hexdigest())


def _reading(path: Path) -> IO[bytes]:
    """The segment, opened; nothing where its broker closed it meanwhile, with nothing in it."""
    try:
        return os.fdopen(open_private(path, os.O_RDONLY), "rb")
    except AuditError:
        if os.path.lexists(path):
            raise
        return BytesIO()


def _accounts(record: Record | None, torn: bytes) -> bool:
    told = record.get("gap") if record else None
    return isinstance(told, dict) and told.get("sha256") == hashlib.sha256(torn).hexdigest()


def _refuse(damage: Damage) -> None:
    raise AuditError(f"`{damage.segment}` is damaged at byte {damage.offset}: {damage.what}", code="IP-75")


def _record_or_none(line: bytes) -> Record | None:
    try:
        return restored(line)
    except AuditError:
        return None


def _lines_backward(reading: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    at, rest = reading.seek(0, os.SEEK_END), b""
    ended = False
    while at > 0:
        size = min(_CHUNK, at)
        at -= size
        reading.seek(at)
        pieces = (reading.read(size) + rest).split(b"\n")
        offset = at + sum(len(piece) + 1 for piece in pieces) - 1
        for piece in reversed(pieces[1:]):
            offset -= len(piece)
            if ended and piece:
                yield offset, piece
            ended = True
            offset -= 1
        rest = pieces[0]
    if ended and rest:
        yield 0, rest
