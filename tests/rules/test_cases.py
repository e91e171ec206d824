"""Every line of every case table gets the verdict that the table gives it, in a chat and in an attested CI."""

from functools import cache
from pathlib import Path

import pytest

from interposer.cli.asking import Asker
from interposer.cli.casing import Outcome, judge_case, load_cases

pytestmark = pytest.mark.suite("rules")

TABLES = sorted(Path(__file__).parent.glob("*.toml"), key=lambda path: path.stem)


@cache
def _asker() -> Asker:
    return Asker()


def _told(one: Outcome) -> str:
    return f"{one.case} [{one.context}] {one.line}\n    {one.problem}"


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_the_cases_of_a_table_hold(table) -> None:
    """Verdict and, of a refusal, the carrier that the reason names are as written."""
    cases = load_cases(table)
    outcomes = [one for case in cases for one in judge_case(_asker(), table.stem, case)]
    bad = [_told(one) for one in outcomes if one.problem]

    assert cases, "an empty table tests nothing"
    assert not bad, f"{len(bad)} of {len(outcomes)} disagree:\n" + "\n".join(bad)


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_the_ids_of_a_table_are_distinct(table) -> None:
    """An id names one case."""
    ids = [case["id"] for case in load_cases(table)]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_a_safer_form_is_allowed_when_judged(table) -> None:
    """What a refusal offers instead passes in the same place, for every line of the table."""
    asker, offered, bad = _asker(), 0, []
    for case in load_cases(table):
        for one in judge_case(asker, table.stem, case):
            if not one.decision.safer:
                continue
            offered += 1
            again = judge_case(asker, table.stem, case | {"line": one.decision.safer, "chat": "allow", "ci": "allow"})
            verdict = next(other for other in again if other.context == one.context).decision
            if verdict.verdict != "allow":
                bad.append(f"{one.case} [{one.context}] {one.line}\n    safer: {one.decision.safer}: {verdict.reason}")

    assert not bad, f"{len(bad)} of {offered} safer forms are refused:\n" + "\n".join(bad)
