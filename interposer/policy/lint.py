"""Statements that say nothing, never match, or contradict each other."""

from dataclasses import dataclass
from typing import get_args

from interposer.effects import Grade, Kind, Place
from interposer.policy.model import Condition, Policy, Statement
from interposer.request import Assurance, Context

DOMAINS: dict[str, frozenset[str]] = {
    "what.effect": frozenset(get_args(Kind)),
    "what.place": frozenset(get_args(Place)),
    "what.grade": frozenset(get_args(Grade)),
    "what.job": frozenset({"true", "false"}),
    "what.whole": frozenset({"true", "false"}),
    "what.origin": frozenset({"agent", "tool"}),
    "what.via": frozenset({"option", "operand", "env", "config", "stdin"}),
    "where.context": frozenset(get_args(Context)),
    "where.assurance": frozenset(get_args(Assurance)),
    "who.assurance": frozenset(get_args(Assurance)),
}
"""Fields whose values are a closed list."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing found. `kind`: unreachable, shadowed, conflict, unknown-value, lifted-hard."""

    kind: str
    rule: str
    message: str
    other: str = ""


def lint(policy: Policy) -> list[Remark]:
    """All remarks on `policy`."""
    found = [remark for one in policy.statements for remark in (*_values(one), *_contradiction(one), *_lifts_hard(one))]
    for index, one in enumerate(policy.statements):
        for other in policy.statements[index + 1 :]:
            found += _pair(one, other)
    return found


def _values(one: Statement) -> list[Remark]:
    return [
        Remark("unknown-value", one.rule, f"`{one.rule}` tests {condition.field} for `{value}`, which it can never be")
        for condition in (*one.conditions, *one.unless, *(condition for group in one.excepted for condition in group))
        for value in sorted(condition.values.exact)
        if condition.field in DOMAINS and value not in DOMAINS[condition.field]
    ]


def _allowed(conditions: tuple[Condition, ...], field: str) -> frozenset[str] | None:
    """The values of a closed field that pass all conditions on it, None where nothing tests it."""
    tested = [one for one in conditions if one.field == field]
    if not tested or field not in DOMAINS:
        return None
    return frozenset(
        value for value in DOMAINS[field] if all((value in one.values) is not one.negated for one in tested)
    )


def _contradiction(one: Statement) -> list[Remark]:
    return [
        Remark("unreachable", one.rule, f"`{one.rule}` can never match: no value of {field} passes all its conditions")
        for field in DOMAINS
        if _allowed(one.conditions, field) == frozenset()
    ]


def _lifts_hard(one: Statement) -> list[Remark]:
    if one.decision == "allow" and _allowed(one.conditions, "what.grade") == frozenset({"hard"}):
        return [Remark("unreachable", one.rule, f"`{one.rule}` allows only hard effects, and no statement lifts those")]
    return []


def covers(one: Statement, other: Statement) -> bool:
    """Whether every effect that `other` matches is matched by `one` too (sound, not complete)."""
    if one.unless or one.excepted:
        return False
    return all(any(_implies(theirs, ours) for theirs in other.conditions) for ours in one.conditions)


def _implies(theirs: Condition, ours: Condition) -> bool:
    if theirs.field != ours.field or theirs.negated != ours.negated or ours.values.patterns or theirs.values.patterns:
        return False
    small, large = (theirs, ours) if not ours.negated else (ours, theirs)
    return small.values.exact <= large.values.exact


def _pair(one: Statement, other: Statement) -> list[Remark]:
    for first, second in ((one, other), (other, one)):
        if not covers(first, second):
            continue
        if first.decision == second.decision:
            return [
                Remark(
                    "shadowed",
                    second.rule,
                    f"`{second.rule}` adds nothing to `{first.rule}`: it covers a part of it with the same verdict",
                    first.rule,
                )
            ]
        if _rank(first) > _rank(second):
            return [
                Remark(
                    "conflict",
                    second.rule,
                    f"`{second.rule}` never takes effect: `{first.rule}` ({first.decision}) covers it and is stricter",
                    first.rule,
                )
            ]
    return []


def _rank(one: Statement) -> int:
    return ("allow", "ask", "deny").index(one.decision)
