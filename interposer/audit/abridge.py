"""A record that is too long for the log keeps its shape with shortened texts; the whole of it is a blob."""

import json
from collections.abc import Mapping, Sequence

from interposer.audit.canonical import Record, Value, canonical
from interposer.audit.record import RECORD_MAX

_STEPS = ((1024, 32), (256, 16), (64, 8), (16, 4))
"""Characters a text and items a list may keep, tried in turn; the last always fits."""
_ENVELOPE = frozenset({"v", "kind", "id", "sid", "seq", "sseq", "sprev", "time", "spooled"})


def abridged(line: bytes, blob: str) -> Record:
    """The record of canonical bytes `line` made to fit; `full` names the blob (sha256) that holds `line` itself."""
    whole: dict[str, Value] = json.loads(line)
    record: Record = {}
    for characters, items in _STEPS:
        record = {
            key: value if key in _ENVELOPE else _shortened(value, characters, items) for key, value in whole.items()
        }
        record["full"] = {"sha256": blob, "bytes": len(line)}
        # APPROX: escapes of the canonical form are escaped again, which only matters for texts with U+27EA in them.
        if len(canonical(record)) <= RECORD_MAX:
            break
    return record


def _shortened(value: Value, characters: int, items: int) -> Value:
    if isinstance(value, str):
        return value if len(value) <= characters else f"{value[: characters - 1]}\u2026"
    if isinstance(value, Mapping):
        return {key: _shortened(item, characters, items) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_shortened(item, characters, items) for item in value[:items]]
    return value
