"""Does a statement hold for an effect?"""

import pytest

from interposer.effects import Effect
from interposer.lists import name_list
from interposer.policy.match import matches, value_of
from interposer.policy.model import FIELDS, Condition, Statement
from interposer.request import Session, Where, Who

pytestmark = pytest.mark.suite("policy")

EFFECT = Effect(
    "shell", "bash -c id", "option", job=False, tool="go", option="-exec", place="project", grade="dangerous",
    detail="d", nested="shell", whole=True,
)  # fmt: skip
SESSION = Session(who=Who("codex", "claimed", 2), where=Where("ci", "attested"))
LINE = "go test -exec 'bash -c id'"
VALUES = {
    "what.effect": "shell", "what.job": "false", "what.origin": "agent", "what.via": "option", "what.place": "project",
    "what.whole": "true", "what.grade": "dangerous", "what.detail": "d", "what.tool": "go", "what.option": "-exec",
    "what.nested": "shell", "what.operand": "bash -c id", "what.line": LINE, "where.context": "ci",
    "where.assurance": "attested", "who.agent": "codex", "who.assurance": "claimed", "who.depth": "2",
}  # fmt: skip


def _condition(field: str, *values: str, negated: bool = False) -> Condition:
    return Condition(field, name_list(list(values)), negated)


def _holds(*conditions: Condition, **more: tuple[Condition, ...]) -> bool:
    return matches(Statement("r", "deny", conditions, **more), EFFECT, SESSION, LINE)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_can_be_tested(field) -> None:
    """A condition sees the effect's, session's or line's own value, and its negation the rest."""
    assert value_of(field, EFFECT, SESSION, LINE) == VALUES[field]
    assert _holds(_condition(field, VALUES[field], "another"))
    assert not _holds(_condition(field, "another"))
    assert not _holds(_condition(field, VALUES[field], negated=True))
    assert _holds(_condition(field, "another", negated=True))


RIGHT, WRONG = _condition("what.effect", "shell"), _condition("what.tool", "git")


@pytest.mark.parametrize(
    ("conditions", "unless", "excepted", "expected"),
    [
        ([RIGHT], [], [], True),
        ([RIGHT, WRONG], [], [], False),
        ([RIGHT], [RIGHT], [], False),
        ([RIGHT], [RIGHT, WRONG], [], True),
        ([RIGHT], [], [RIGHT], False),
        ([RIGHT], [], [RIGHT, WRONG], True),
        ([RIGHT], [WRONG], [WRONG], True),
    ],
)
def test_all_conditions_and_no_exception(conditions, unless, excepted, expected) -> None:
    """An exception holds only where all of its own conditions do."""
    assert _holds(*conditions, unless=tuple(unless), excepted=(tuple(excepted),) if excepted else ()) is expected
