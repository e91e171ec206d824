"""Canonical bytes: one spelling of each record, and the record back from it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interposer.audit.canonical import INTEGER_MAX, canonical, restored
from interposer.errors import AuditError

pytestmark = pytest.mark.suite("journal")

KEYS = st.text(alphabet=st.characters(max_codepoint=127), max_size=8)
TEXTS = st.text(alphabet=st.characters(exclude_categories=())) | st.binary(max_size=20).map(
    lambda raw: raw.decode("utf-8", "surrogateescape")
)
VALUES = st.recursive(
    TEXTS | st.booleans() | st.none() | st.integers(-INTEGER_MAX, INTEGER_MAX),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
RECORDS = st.dictionaries(KEYS, VALUES, max_size=6)


@given(RECORDS)
@settings(max_examples=150, deadline=None)
def test_canonical_bytes_round_trip(record) -> None:
    """What was written is what is read, lone surrogates and the escape's own sign included."""
    line = canonical(record)

    assert restored(line) == record
    assert canonical(restored(line)) == line
    assert b"\n" not in line


@given(st.binary(max_size=80))
@settings(max_examples=150, deadline=None)
def test_only_canonical_bytes_are_restored(line) -> None:
    """Any bytes are either the canonical form of what they are read as, or refused with the one error."""
    try:
        record = restored(line)
    except AuditError:
        return

    assert canonical(record) == line


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
        ({"a": '\x07\n"\\/\u2028\x7f'}, '{"a":"\\u0007\\n\\"\\\\/\u2028\x7f"}'),
        ({"a": b"\xff".decode("utf-8", "surrogateescape")}, '{"a":"\u27eaff\u27eb"}'),
        ({"a": "\u27ea"}, '{"a":"\u27ea\u27ea"}'),
        ({"a": "\ud800"}, '{"a":"\u27ead800\u27eb"}'),
    ],
)
def test_spelling(record, expected) -> None:
    """Keys are sorted, nothing is padded, text stays text; only what JSON cannot hold is escaped (RFC 8785)."""
    assert canonical(record) == expected.encode()


@pytest.mark.parametrize(
    "record", [{"a": 1.0}, {"a": float("nan")}, {"é": 1}, {"a": 2**53}, {"a": {1: 2}}, {"a": b"x"}, {"a": [object()]}]
)
def test_unfit_values_are_refused(record) -> None:
    """Floats, keys that are not ASCII, integers beyond 2**53 and foreign types never reach the log."""
    with pytest.raises(AuditError) as refused:
        canonical(record)

    assert refused.value.code == "IP-74"


@pytest.mark.parametrize(
    "line",
    [b"", b"[]", b"{}\n", b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":1,"a":1}', b'{"a":1.5}', b'{"a":"\\u00e9"}', b"\xff",
     b'{"a":' + b"[" * 100_000],
    ids=lambda line: repr(line[:20]),
)  # fmt: skip
def test_any_other_spelling_is_no_record(line) -> None:
    """A line that is valid JSON but not spelled canonically is refused as well: its hash would differ."""
    with pytest.raises(AuditError) as refused:
        restored(line)

    assert refused.value.code == "IP-75"


def test_keys_sort_as_bytes() -> None:
    """ASCII keys sort the same by code point, by UTF-16 unit and by byte, so any JCS reader agrees."""
    keys = list(json.loads(canonical({"b": 1, "B": 1, "_": 1, "a1": 1, "a": 1})))

    assert keys == ["B", "_", "a", "a1", "b"]
