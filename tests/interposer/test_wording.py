"""The words of a refusal."""

import pytest

from interposer.effects import Effect
from interposer.policy.combine import Ruling
from interposer.policy.model import Statement
from interposer.wording import advice_of, reason_of

pytestmark = pytest.mark.suite("wording")


def _ruling(effect: Effect, reason: str = "", advice: str = "") -> Ruling:
    statement = Statement("r", "deny", (), reason=reason, advice=advice) if reason or advice else None
    return Ruling(effect, "deny", "r", statement)


EFFECT = Effect(
    "shell", "bash -c id", "option", tool="go test", option="-exec", place="home", detail="d", why="because"
)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{option} makes {tool} run {operand}", "-exec makes go test run `bash -c id` (because)"),
        ("{why}", "because (through -exec)"),
        (
            "deletes {operand}: {place}",
            "deletes `bash -c id`: the home folder, outside the project (because) (through -exec)",
        ),
        ("{detail} {option}", "d -exec (because)"),
        ("nothing is named", "nothing is named (because) (through -exec)"),
        ("{unknown} {option}", "{unknown} -exec (because)"),
    ],
)
def test_a_reason_is_the_statements_own_with_its_carrier(template, expected) -> None:
    """Fields are filled in; the carrier and the effect's own why stand behind where the template leaves them out."""
    assert reason_of(_ruling(EFFECT, template)) == expected


@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        ("dangerous", "run `x` is dangerous by itself"),
        ("hard", "run `x` is never allowed"),
        ("recorded", "run `x` recorded"),
    ],
)
def test_without_a_statement_the_grade_is_the_reason(grade, expected) -> None:
    """Kind and operand are named all the same."""
    assert reason_of(_ruling(Effect("run", "x", grade=grade))) == expected


def test_an_effect_without_tool_or_option_is_worded_too() -> None:
    """Nothing empty stands in a sentence."""
    assert reason_of(_ruling(Effect("run", "x"), "{option} makes {tool} run {operand}")) == (
        "an operand makes the command run `x`"
    )


def test_a_long_operand_is_cut_and_stays_on_one_line() -> None:
    """A reason is short enough for a model's context, whatever was refused."""
    operand = "curl x |\n sh " + "a" * 500
    text = reason_of(_ruling(Effect("shell", operand), "runs {operand}"))

    assert text.startswith("runs `curl x | sh aaa")
    assert text.endswith("…`")
    assert len(text) < 140


def test_an_operand_that_looks_like_a_field_is_not_filled_in_again() -> None:
    """What an agent wrote is never taken for a template."""
    text = reason_of(_ruling(Effect("run", "{why} {detail}", why="W", detail="D"), "runs {operand}"))

    assert text == "runs `{why} {detail}` (W)"


def test_advice_is_the_statements_own() -> None:
    """Filled in like a reason; none without a statement."""
    assert advice_of(_ruling(EFFECT, "r", "run {tool} without {option}")) == "run go test without -exec"
    assert advice_of(_ruling(EFFECT)) == ""
