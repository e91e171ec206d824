"""From the statements that match to one verdict: per effect, per command, per request the strictest wins."""

from dataclasses import dataclass

from interposer.decision import Verdict
from interposer.effects import Effect
from interposer.policy.match import excuses, matches
from interposer.policy.model import Policy, Statement
from interposer.request import Session

_STRICT: tuple[Verdict, ...] = ("allow", "ask", "deny")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What policy says of one effect.

    Attributes:
        statement: the strictest statement that matched, None where the grade decided.
        rule: its id, or `grade-dangerous` / `grade-hard`; "" for a plain allow.
    """

    effect: Effect
    verdict: Verdict
    rule: str = ""
    statement: Statement | None = None
    matched: tuple[str, ...] = ()


def strictest(verdicts: list[Verdict]) -> Verdict:
    """The strictest of `verdicts`.

    Raises:
        ValueError: there are none: nothing to combine is never an allow.
    """
    if not verdicts:
        raise ValueError("no verdict to combine")
    return max(verdicts, key=_STRICT.index)


def rule_on(effect: Effect, policy: Policy, session: Session, line: str) -> Ruling:
    """What `policy` says of `effect`: the strictest matching statement; none: the grade decides.

    `allow`, and an exception of the operator, lift the deny of a dangerous effect; nothing, nor `ask`, lifts that of
    a hard one. What a tool starts from input older than the session (`origin = tool`) is held to the hard grade and to
    statements that name that origin.
    """
    key = _key(effect, session)
    known = policy.memory.get(key)
    if isinstance(known, Ruling):
        return Ruling(effect, known.verdict, known.rule, known.statement, known.matched)
    ruling = _ruled(effect, policy, session, line)
    if len(policy.memory) < _MEMORY and not policy.particular:
        policy.memory[key] = ruling
    return ruling


_MEMORY = 20_000


def _key(effect: Effect, session: Session) -> tuple[object, ...]:
    """All that a statement can test but the words themselves."""
    who, where = session.who, session.where
    return (
        effect.kind, effect.via, effect.job, effect.tool, effect.option, effect.origin, effect.place, effect.grade,
        effect.detail, effect.nested, effect.whole, who.agent, who.assurance, who.depth, where.context, where.assurance,
    )  # fmt: skip


def telling(statement: Statement) -> int:
    """How much the statement says about an effect: of two equally strict ones the more telling gives the reason."""
    return len({one.field for one in statement.conditions} & {"what.detail", "what.place"})


def _names_origin(statement: Statement) -> bool:
    return any(one.field == "what.origin" for one in statement.conditions)


def _ruled(effect: Effect, policy: Policy, session: Session, line: str) -> Ruling:
    foreign = effect.origin == "tool"
    statements = [one for one in policy.statements if _names_origin(one)] if foreign else policy.statements
    found = [one for one in statements if matches(one, effect, session, line)]
    ids = tuple(one.rule for one in found)
    if found:
        worst = max(found, key=lambda one: (_STRICT.index(one.decision), telling(one)))
        if worst.decision == "deny" or (worst.decision == "ask" and effect.grade != "hard"):
            return Ruling(effect, worst.decision, worst.rule, worst, ids)
        if effect.grade != "hard":
            return Ruling(effect, "allow", worst.rule, worst, ids)
    excused = next((one for one in statements if excuses(one, effect, session, line)), None)
    if excused is not None and effect.grade != "hard":
        return Ruling(effect, "allow", excused.rule, excused, ids)
    if foreign and effect.grade != "hard":
        return Ruling(effect, "allow", "", None, ids)
    match effect.grade:
        case "hard" | "dangerous":
            return Ruling(effect, "deny", f"{effect.grade}-{effect.kind}", None, ids)
        case "harmless" | "recorded":
            return Ruling(effect, "allow", "", None, ids)
