"""ULIDs rise and carry their time."""

import time

import pytest

from interposer.audit.ulid import ALPHABET, is_ulid, new_ulid

pytestmark = pytest.mark.suite("journal")


def test_names_rise_within_one_millisecond() -> None:
    """Names drawn in a row sort in the order in which they were drawn, also while the clock stands still."""
    drawn = [new_ulid() for _ in range(2_000)]

    assert drawn == sorted(set(drawn))


def test_names_rise_when_the_clock_is_set_back(monkeypatch) -> None:
    """A clock that goes back does not make a later name smaller."""
    first = new_ulid()
    monkeypatch.setattr(time, "time_ns", lambda: 0)

    assert new_ulid() > first


def test_time_stands_in_the_first_ten_letters() -> None:
    """The specification's example time is spelled as the specification says."""
    assert new_ulid(1469918176385)[:10] == "01ARYZ6S41"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("01ARYZ6S41TSV4RRFFQ69G5FAV", True), ("01aryz6s41tsv4rrffq69g5fav", False), ("8" + "0" * 25, False), ("", False)]
    + [("0" * 25 + letter, letter in ALPHABET) for letter in "ILOU0Z"],
)
def test_only_canonical_spelling_is_a_ulid(text, expected) -> None:
    """Lower case, excluded letters, overflow and other lengths are refused."""
    assert is_ulid(text) == expected
