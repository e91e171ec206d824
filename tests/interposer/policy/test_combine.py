"""From statements to one verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interposer.effects import Effect
from interposer.lists import name_list
from interposer.policy.combine import rule_on, strictest
from interposer.policy.model import Condition, Policy, Statement
from interposer.request import Session, Where

pytestmark = pytest.mark.suite("policy")

VERDICTS = ("allow", "ask", "deny")


def _statement(decision: str, rule: str = "", **tests: str) -> Statement:
    conditions = tuple(Condition(name.replace("_", ".", 1), name_list([value])) for name, value in tests.items())
    return Statement(rule or decision, decision, conditions or (Condition("what.effect", name_list(["run"])),))


def _ruling(grade: str, *decisions: str, **fields: object) -> tuple[str, str]:
    policy = Policy("p", tuple(_statement(one) for one in decisions), "")
    ruling = rule_on(Effect("run", "x", grade=grade, **fields), policy, Session(), "x")
    return ruling.verdict, ruling.rule


@pytest.mark.parametrize(
    ("grade", "decisions", "expected"),
    [
        ("harmless", [], ("allow", "")),
        ("recorded", [], ("allow", "")),
        ("dangerous", [], ("deny", "dangerous-run")),
        ("hard", [], ("deny", "hard-run")),
        ("harmless", ["deny"], ("deny", "deny")),
        ("harmless", ["allow"], ("allow", "allow")),
        ("dangerous", ["allow"], ("allow", "allow")),
        ("hard", ["allow"], ("deny", "hard-run")),
        ("dangerous", ["ask"], ("ask", "ask")),
        ("dangerous", ["allow", "ask"], ("ask", "ask")),
        ("dangerous", ["deny", "ask", "allow"], ("deny", "deny")),
    ],
)
def test_the_strictest_matching_statement_else_the_grade(grade, decisions, expected) -> None:
    """`allow` lifts the deny of a dangerous effect, never that of a hard one."""
    assert _ruling(grade, *decisions) == expected


@pytest.mark.parametrize("decision", ["ask", "allow"])
def test_no_statement_softens_a_hard_effect(decision) -> None:
    """Hard is denied everywhere, whoever says otherwise."""
    assert _ruling("hard", decision)[0] == "deny"


@pytest.mark.parametrize(
    ("grade", "decisions", "verdict"),
    [("dangerous", [], "allow"), ("dangerous", ["deny"], "allow"), ("hard", [], "deny"), ("hard", ["allow"], "deny")],
)
def test_what_a_tool_starts_is_held_to_the_hard_grade(grade, decisions, verdict) -> None:
    """Origin `tool`: input older than the session."""
    assert _ruling(grade, *decisions, origin="tool")[0] == verdict


def test_a_statement_that_names_the_origin_tool_counts_for_it() -> None:
    """A policy may hold what tools start to more than the hard grade."""
    policy = Policy("p", (_statement("deny", "children", what_origin="tool"),), "")

    ruling = rule_on(Effect("run", "x", grade="dangerous", origin="tool"), policy, Session(), "x")
    assert (ruling.verdict, ruling.rule) == ("deny", "children")


@given(
    st.permutations(
        [("deny", "what_tool", "a"), ("ask", "what_tool", "a"), ("allow", "what_tool", "a"), ("deny", "what_tool", "b")]
    )
)
def test_the_order_of_statements_has_no_meaning(order) -> None:
    """Every order gives the same verdict by the same statement."""
    policy = Policy("p", tuple(_statement(d, f"{d}-{v}", **{field: v}) for d, field, v in order), "")
    ruling = rule_on(Effect("run", "x", tool="a", grade="dangerous"), policy, Session(), "x")

    assert (ruling.verdict, ruling.rule) == ("deny", "deny-a")


@given(st.lists(st.sampled_from(VERDICTS), min_size=1))
def test_the_strictest_wins(verdicts) -> None:
    """Deny before ask before allow."""
    assert strictest(verdicts) == max(verdicts, key=VERDICTS.index)


def test_nothing_to_combine_is_never_an_allow() -> None:
    """An empty list of verdicts is an error."""
    with pytest.raises(ValueError, match="no verdict"):
        strictest([])


def test_what_was_remembered_holds_only_for_the_same_effect_and_session() -> None:
    """Rulings are kept by all that a statement can test."""
    policy = Policy("p", (_statement("deny", "in-chat", where_context="chat"),), "")
    effect = Effect("read", "x")
    sessions = [Session(where=Where(context)) for context in ("chat", "ci", "chat")]

    assert [rule_on(effect, policy, one, "x").verdict for one in sessions] == ["deny", "allow", "deny"]
    assert rule_on(Effect("read", "other"), policy, sessions[0], "x").effect.operand == "other"


@pytest.mark.parametrize("field", ["what_operand", "what_line"])
def test_a_statement_on_the_words_is_asked_each_time(field) -> None:
    """Two effects of one kind may differ in operand or line."""
    statement = _statement("deny", "words", **{field: "bad"})
    policy = Policy("p", (statement,), "", particular=True)

    verdicts = [rule_on(Effect("read", word), policy, Session(), word).verdict for word in ("good", "bad", "good")]
    assert verdicts == ["allow", "deny", "allow"]
