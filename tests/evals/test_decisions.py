"""The middle ground: lines with the verdicts that a person should get in a chat and in an attested CI."""

import json
import tomllib
from functools import cache
from pathlib import Path

import pytest

from interposer.cli.asking import Asker
from interposer.cli.casing import Outcome, judge_case
from tests.conftest import shared

_SHARED = shared()
pytestmark = [
    pytest.mark.suite("evals"),
    pytest.mark.skipif(_SHARED is None, reason="no development corpora here: set INTERPOSER_SHARED"),
]

RIGHT = 0.98
DISPUTED = Path(__file__).parent / "disputed.toml"


def _disputed() -> set[tuple[str, str]]:
    rows = tomllib.loads(DISPUTED.read_text("utf-8")).get("row", [])
    return {(row["line"], row["context"]) for row in rows}


@cache
def _outcomes() -> tuple[Outcome, ...]:
    assert _SHARED is not None
    asker = Asker()
    rows = [json.loads(line) for line in (_SHARED / "data" / "decisions.jsonl").read_text("utf-8").splitlines()]
    cases = [{"id": str(number), **row} for number, row in enumerate(rows, 1)]
    return tuple(one for case in cases for one in judge_case(asker, "decisions", case))


def _told(outcomes: list[Outcome]) -> str:
    return "\n".join(f"{one.case} [{one.context}] {one.line}\n    {one.problem}" for one in outcomes)


@pytest.mark.parametrize("context", ["chat", "ci"])
def test_nearly_every_row_is_right(context) -> None:
    """At least 98 % of the rows get the verdict that they should."""
    judged = [one for one in _outcomes() if one.context == context]
    bad = [one for one in judged if one.problem]

    assert len(judged) - len(bad) >= RIGHT * len(judged), _told(bad)


def test_nothing_that_should_stop_is_allowed() -> None:
    """A row that is wrong is wrong on the strict side, unless `disputed.toml` says why."""
    disputed = _disputed()
    loose = [one for one in _outcomes() if one.wanted != "allow" and one.decision.verdict == "allow"]

    assert not [one for one in loose if (one.line, one.context) not in disputed], _told(loose)


def test_every_disputed_row_is_there_and_differs() -> None:
    """A dispute about a row that is gone, or judged as wanted, is settled and leaves the list."""
    differing = {(one.line, one.context) for one in _outcomes() if one.problem}

    assert _disputed() <= differing
