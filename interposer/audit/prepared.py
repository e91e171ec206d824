"""A record made ready to be written again: its canonical bytes, with holes for what differs the next time.

Most decisions come from the cache, and their records differ in seven values. Filling these in is a tenth of the work of
encoding the record anew; that both give the same bytes is tested.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from interposer.audit.canonical import Record, Value, canonical
from interposer.audit.record import RECORD_MAX

_HOLES: Final[Mapping[tuple[str, ...], bytes]] = {
    ("decision", "us"): b"%d",
    ("id",): b'"%s"',
    ("seq",): b"%d",
    ("sprev",): b'"%s"',
    ("sseq",): b"%d",
    ("time",): b"%d",
    ("what", "pid"): b"%d",
}
"""In the order of a canonical record: sorted keys."""
_INTO: Final = frozenset({"decision", "what"})
_ROOM: Final = 256
"""Bytes that filled holes may take: an id, a digest, five integers."""


class Prepared(NamedTuple):
    """The record of a decision, but for what is filled in.

    Attributes:
        sid: its session.
        form: canonical bytes in which `%` formatting fills the holes.
    """

    sid: str
    form: bytes

    def line(self, us: int, name: str, seq: int, sprev: str, sseq: int, time: int, pid: int) -> bytes:
        """The canonical bytes with all holes filled."""
        return self.form % (us, name.encode(), seq, sprev.encode(), sseq, time, pid)


def prepared(record: Record) -> Prepared | None:
    """`record` with its holes open, None where it is near the size that has to be abridged."""
    form = _form({**record, "id": "", "seq": 0, "sprev": "", "sseq": 0}, ())
    return Prepared(str(record["sid"]), form) if len(form) < RECORD_MAX - _ROOM else None


def _form(value: Mapping[str, Value], above: tuple[str, ...]) -> bytes:
    return b"{" + b",".join(_pair(name, value[name], above) for name in sorted(value)) + b"}"


def _pair(name: str, item: Value, above: tuple[str, ...]) -> bytes:
    key = canonical({name: 0})[1:-2]
    hole = _HOLES.get((*above, name))
    if hole is not None:
        return key + hole
    if not above and name in _INTO and isinstance(item, Mapping):
        return key + _form(item, (name,))
    return canonical({name: item})[1:-1].replace(b"%", b"%%")
