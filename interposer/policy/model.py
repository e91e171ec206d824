"""Policies: statements about who, where and what; order has no meaning, the strictest verdict wins."""

from dataclasses import dataclass, field

from interposer.decision import Verdict
from interposer.lists import NameList


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a statement: the value of `field` is in `values`, or is not where `negated`."""

    field: str
    values: NameList
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        rule: its id, stable; the refusal names it.
        conditions: all must hold.
        unless: the statement's own exception: it holds where all its conditions hold.
        excepted: the operator's exceptions, each a group of its own.
        reason: template; `{tool}`, `{option}`, `{operand}`, `{place}`, `{detail}`, `{why}` are filled in.
        advice: template of what to do instead.
    """

    rule: str
    decision: Verdict
    conditions: tuple[Condition, ...]
    unless: tuple[Condition, ...] = ()
    excepted: tuple[tuple[Condition, ...], ...] = ()
    reason: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy with all that it extends.

    Attributes:
        mode: `enforce`, or `observe`: decisions are logged, nothing is stopped.
        particular: a statement tests the words of a command, so that equal kinds of effects may differ.
        memory: rulings on kinds of effects that were asked before.
        closed: an unlisted tool, a word that may be an option and an unread script are refused too.
    """

    name: str
    statements: tuple[Statement, ...]
    digest: str
    mode: str = "enforce"
    closed: bool = False
    memory: dict[tuple[object, ...], object] = field(default_factory=dict, compare=False, repr=False)
    particular: bool = False


FIELDS = {
    "what.effect": "kind of effect",
    "what.job": "`true`: running the value is what the tool is for",
    "what.origin": "`agent` or `tool`",
    "what.via": "option, operand, env, config, stdin",
    "what.place": "place of the path",
    "what.whole": "`true`: the operand is the whole of its place",
    "what.grade": "harmless, recorded, dangerous, hard",
    "what.detail": "the effect's detail",
    "what.tool": "the tool that has the effect",
    "what.option": "the option, variable or key that carries it",
    "what.nested": "class of the nested command",
    "what.operand": "the operand as written",
    "what.line": "the command line",
    "where.context": "chat, ide, ci, cron, unknown",
    "where.assurance": "claimed, observed, attested",
    "who.agent": "the agent's name",
    "who.assurance": "claimed, observed, attested",
    "who.depth": "depth of subagents, as text",
}
"""Everything that a statement can test; `_not` behind a name negates it."""
