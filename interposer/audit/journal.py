"""The journal: one segment a broker, one canonical record a line, appended and never rewritten.

`STATE/log/journal-ULID.jsonl` is written by the one process that holds its flock; a segment that is done is sealed
(mode 0400). `STATE/log/spool/ULID.json` holds decisions of the cold path until a broker takes them in.
`STATE/log/blobs/sha256/HEX` holds what is too long for a record. `seq` is contiguous from 0 in a segment, `sseq` and
`sprev` (sha256 of the session's previous record) chain the records of one session in it.
"""

import fcntl
import hashlib
import os
import stat
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from interposer.audit.abridge import abridged
from interposer.audit.canonical import Record, Value, canonical, restored
from interposer.audit.files import SEALED, create_private, failed, open_private, read_private
from interposer.audit.prepared import Prepared
from interposer.audit.record import RECORD_MAX, gap, spool_merged
from interposer.audit.segment import BLOBS, PREFIX, SPOOL, SUFFIX, Tail, log_dir, segments, spooled_ids, tail_of
from interposer.audit.ulid import new_ulid
from interposer.errors import AuditError
from interposer.paths import ensure_private_dir

SPOOLED_MAX = 1 << 24


class _Chain(NamedTuple):
    sseq: int
    sprev: str


_START = _Chain(0, "")


class Journal:
    """The one appender of a segment.

    `append` returns after write(2); call `sync` (fdatasync) off the hot path, or `append_durable` where the answer
    must not come before the record is on the disk. Every failure is an AuditError and the caller refuses: what is not
    logged does not run. Threads may share a journal; a forked child must not.
    """

    def __init__(self, path: Path, opened: int, seq: int = 0) -> None:
        self.path = path
        self._opened = opened
        self._seq = seq
        self._chains: dict[str, _Chain] = {}
        self._torn = False
        self._lock = threading.Lock()

    @classmethod
    def open(cls, state_dir: Path) -> "Journal":
        """A new segment in `state_dir`; finishes what dead brokers left behind and takes in the spool.

        Raises:
            AuditError: IP-71 not writable, IP-72 disk full, IP-73 a file in the log's place is not ours alone.
        """
        folder = log_dir(state_dir, create=True)
        taken = {name for path in segments(state_dir) for name in cls._finish(path)}
        path = folder / f"{PREFIX}{new_ulid()}{SUFFIX}"
        # Locked before it has its name: another broker would take an unlocked segment for a dead one's.
        draft = path.with_name(f".{path.name}")
        opened = open_private(draft, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL)
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.rename(path)
        journal = cls(path, opened)
        journal._take_in(taken)
        return journal

    def append(self, record: Mapping[str, Value]) -> str:
        """Write `record` as the next line and return its id.

        Raises:
            AuditError: nothing is acknowledged; what a failed write left behind is told by a gap record later.
        """
        with self._lock:
            if self._torn:
                self._mend(tail_of(self.path))
            return self._append(record)

    def append_prepared(self, ready: Prepared, *, time: int, us: int, pid: int) -> str:
        """Like `append` of the record that `ready` was made of, with these values.

        Raises:
            AuditError: as `append`.
        """
        with self._lock:
            if self._torn:
                self._mend(tail_of(self.path))
            sseq, sprev = self._chains.get(ready.sid, _START)
            name = new_ulid()
            line = ready.line(us, name, self._seq, sprev, sseq, time, pid)
            self._write(line + b"\n")
            self._advance(ready.sid, line, closes=False)
            return name

    def append_durable(self, record: Mapping[str, Value]) -> str:
        """Like `append`, and the record is on the disk before the id is returned."""
        name = self.append(record)
        self.sync()
        return name

    def sync(self) -> None:
        """Bring everything appended so far to the disk.

        Raises:
            AuditError: IP-71 or IP-72; what is not synced may be lost with the machine.
        """
        try:
            os.fdatasync(self._opened)
        except OSError as error:
            raise failed(self.path, error) from error

    def close(self) -> None:
        """Seal the segment; one that holds nothing goes."""
        with self._lock:
            if self._opened < 0:
                return
            try:
                if self._seq == 0 and not self._torn:
                    self.path.unlink(missing_ok=True)
                elif not self._torn:
                    self.sync()
                    os.fchmod(self._opened, SEALED)
            finally:
                os.close(self._opened)
                self._opened = -1

    def _append(self, record: Mapping[str, Value], before: bytes = b"") -> str:
        sid = str(record.get("sid", ""))
        chain = self._chains.get(sid, _START)
        name = str(record.get("id") or new_ulid())
        line = canonical({**record, "id": name, "seq": self._seq, "sseq": chain.sseq, "sprev": chain.sprev})
        if len(line) > RECORD_MAX:
            blob = hashlib.sha256(line).hexdigest()
            create_private(ensure_private_dir(self.path.parent / BLOBS) / blob, line)
            line = canonical(abridged(line, blob))
        self._write(before + line + b"\n")
        self._advance(sid, line, closes=record.get("kind") == "session.close")
        return name

    def _advance(self, sid: str, line: bytes, *, closes: bool) -> None:
        self._seq += 1
        if closes:
            self._chains.pop(sid, None)
        elif sid:
            sseq = self._chains.get(sid, _START).sseq + 1
            self._chains[sid] = _Chain(sseq, hashlib.sha256(line).hexdigest())

    def _write(self, line: bytes) -> None:
        try:
            written = os.write(self._opened, line)
        except OSError as error:
            raise failed(self.path, error) from error
        if written != len(line):
            self._torn = True
            raise AuditError(f"`{self.path}` cannot be written: no space left", code="IP-72", hint="free disk space")

    def _mend(self, tail: Tail) -> None:
        """End the piece of a line that a failed write left, and account for it in the same write; its bytes stay."""
        if tail.unended is not None:  # only the line end is missing, so it is a record
            closes = tail.unended.get("kind") == "session.close"
            self._advance(str(tail.unended.get("sid", "")), tail.torn, closes=closes)
            told = gap("unacknowledged", time=_now(), of=str(tail.unended.get("id", "")))
        else:
            digest = hashlib.sha256(tail.torn).hexdigest()
            told = gap("torn-line", time=_now(), bytes=len(tail.torn), sha256=digest)
        self._append(told, before=b"\n")
        self._torn = False

    @classmethod
    def _finish(cls, path: Path) -> set[str]:
        """Close the segment of a broker that died: account for a torn line, say that nobody closed it, seal it.

        A segment whose broker lives is left alone, a sealed one too. Returns the spooled decisions that it took in.
        """
        try:
            if not path.lstat().st_mode & stat.S_IWUSR:
                return set()
            opened = open_private(path, os.O_RDWR | os.O_APPEND)
        except (FileNotFoundError, AuditError):
            if not os.path.lexists(path):  # its broker closed it meanwhile, with nothing in it
                return set()
            raise
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(opened)
            return set()
        tail = tail_of(path)
        if tail.damaged:  # no seq to go on from: left as it is, and read as damaged
            os.fchmod(opened, SEALED)
            os.close(opened)
            return set()
        journal = cls(path, opened, seq=0 if tail.last is None else int(str(tail.last["seq"])) + 1)
        if tail.torn:
            journal._mend(tail)
        if journal._seq:
            journal._append(gap("not-closed", time=_now()))
        journal.close()
        return spooled_ids(path) if path.exists() else set()

    def _take_in(self, taken: set[str]) -> None:
        """Append what the cold path spooled, in order, then the mark; only then do the files go."""
        found = sorted((self.path.parent / SPOOL).glob("*.json"))
        for path in found:
            if path.stem not in taken:
                self._append(_spooled(path))
        if found:
            ids = "\n".join(path.stem for path in found)
            mark = spool_merged(time=_now(), merged=len(found), ids_sha256=hashlib.sha256(ids.encode()).hexdigest())
            self._append(mark)
            self.sync()
        for path in found:
            path.unlink(missing_ok=True)


def spool(state_dir: Path, record: Mapping[str, Value]) -> str:
    """Keep a decision that was taken without a broker until the next one takes it in; returns its id.

    The file is on the disk before this returns.

    Raises:
        AuditError: it cannot be kept; the caller refuses.
    """
    name = new_ulid()
    line = canonical({**record, "id": name})
    create_private(log_dir(state_dir, create=True) / SPOOL / f"{name}.json", line)
    return name


def _spooled(path: Path) -> Record:
    content = read_private(path, at_most=SPOOLED_MAX)
    try:
        record = restored(content)
        if record.get("id") == path.stem and not {"seq", "sseq", "sprev", "spooled"} & record.keys():
            return {**record, "spooled": True}
    except AuditError:
        pass
    digest = hashlib.sha256(content).hexdigest()
    return {**gap("spoiled-spool", time=_now(), bytes=len(content), sha256=digest), "id": path.stem, "spooled": True}


def _now() -> int:
    return time.time_ns() // 1000
