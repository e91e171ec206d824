"""Does a statement hold for an effect?"""

from interposer.effects import Effect
from interposer.policy.model import Condition, Statement
from interposer.request import Session


def value_of(field: str, effect: Effect, session: Session, line: str) -> str:
    """What the condition's field says of this effect."""
    match field:
        case "what.effect":
            return effect.kind
        case "what.job":
            return "true" if effect.job else "false"
        case "what.whole":
            return "true" if effect.whole else "false"
        case "what.line":
            return line
        case "where.context":
            return session.where.context
        case "where.assurance":
            return session.where.assurance
        case "who.agent":
            return session.who.agent
        case "who.assurance":
            return session.who.assurance
        case "who.depth":
            return str(session.who.depth)
        case _:
            return str(getattr(effect, field.partition(".")[2]))


def holds(condition: Condition, effect: Effect, session: Session, line: str) -> bool:
    """Whether one condition holds."""
    return (value_of(condition.field, effect, session, line) in condition.values) is not condition.negated


def _speaks(statement: Statement, effect: Effect, session: Session, line: str) -> bool:
    if not all(holds(one, effect, session, line) for one in statement.conditions):
        return False
    return not (statement.unless and all(holds(one, effect, session, line) for one in statement.unless))


def matches(statement: Statement, effect: Effect, session: Session, line: str) -> bool:
    """Whether the statement speaks of this effect: all conditions hold, and no exception does."""
    return _speaks(statement, effect, session, line) and not excuses(statement, effect, session, line)


def excuses(statement: Statement, effect: Effect, session: Session, line: str) -> bool:
    """Whether the operator excepted this effect from a statement that speaks of it."""
    groups = statement.excepted
    return any(all(holds(one, effect, session, line) for one in group) for group in groups) and _speaks(
        statement, effect, session, line
    )
