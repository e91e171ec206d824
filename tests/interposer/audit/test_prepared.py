"""Records made ready: the same bytes as encoding them anew."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interposer.audit.canonical import canonical
from interposer.audit.journal import Journal
from interposer.audit.prepared import prepared
from interposer.audit.record import RECORD_MAX

pytestmark = pytest.mark.suite("audit")
TEXT = st.text(st.characters(), max_size=20) | st.sampled_from(["%", "%d", "%%s", "\udcff", "\u27ea", '"', "\\", "é"])
PLAIN = {"v": 1, "kind": "decision", "sid": "S", "time": 0, "obs": {"exit": None, "ms": None}}


def record_with(*texts, pid=0, us=0, time=0):
    """A decision's record in its shape, with these texts where texts stand."""
    what = {"argv": list(texts), "cwd": texts[0], "pid": pid, "effects": [{"kind": "run", "operand": texts[-1]}]}
    return PLAIN | {"time": time, "what": what, "decision": {"verdict": "allow", "reason": texts[0], "us": us}}


@given(st.lists(TEXT, min_size=1, max_size=4), st.integers(0, 2**53 - 1), st.integers(0, 2**31))
def test_filled_in_is_encoded_anew(texts, time, pid):
    """Whatever stands in the record, filling the holes gives its canonical bytes."""
    ready = prepared(record_with(*texts))
    chained = {"id": "N", "seq": 3, "sprev": "ab", "sseq": 2}

    assert ready.line(7, "N", 3, "ab", 2, time, pid) == canonical(
        record_with(*texts, pid=pid, us=7, time=time) | chained
    )


def test_long_record_is_not_prepared():
    """One that may have to be abridged goes the ordinary way."""
    assert prepared(record_with("x" * RECORD_MAX)) is None


def test_both_ways_are_one_chain(tmp_path):
    """Prepared and ordinary lines of a session follow each other in one chain."""
    journal = Journal.open(tmp_path)
    ready = prepared(record_with("a"))
    journal.append(record_with("b"))
    first = journal.append_prepared(ready, time=5, us=6, pid=7)
    journal.append(record_with("c"))
    journal.append_prepared(ready, time=8, us=9, pid=10)
    journal.close()
    (path,) = (tmp_path / "log").glob("journal-*.jsonl")
    raw = path.read_bytes().splitlines()
    lines = [json.loads(line) for line in raw]

    assert [(line["seq"], line["sseq"]) for line in lines] == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert lines[1]["id"] == first
    assert [line["sprev"] for line in lines] == ["", *(hashlib.sha256(line).hexdigest() for line in raw[:3])]
