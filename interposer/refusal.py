"""The refusal as an agent and a person see it: the same short block from every layer."""

from interposer.decision import Decision
from interposer.request import Session

_WIDTH = 400
_WORD = {"deny": "denied", "ask": "needs approval", "allow": "allowed"}


def render(decision: Decision, session: Session, decision_id: str) -> str:
    """The block for stderr: what was refused, why, who and where, and the way out.

    Control characters of the refused line are shown as `?`: a refusal must not steer the reader's terminal.
    """
    rule = decision.rule or decision.code or "policy"
    code = f" {decision.code}" if decision.code and decision.code != rule else ""
    who, where = session.who, session.where
    lines = [f"interposer: {_WORD[decision.verdict]} ({rule}{code}) `{_shown(decision.line)}`"]
    if decision.reason:
        lines.append(f"  {_shown(decision.reason)}")
    lines.append(
        f"  who {who.agent}, {who.assurance} · where {where.context}"
        f" · session {session.sid or '-'} · decision {decision_id or '-'}"
    )
    if decision.verdict == "ask":
        lines.append("  a person would have to approve this, and nobody can be asked here")
    if decision.safer:
        lines.append(f"  instead: {_shown(decision.safer)}")
    elif decision.advice:
        lines.append(f"  instead: {_shown(decision.advice)}")
    return "\n".join(lines) + "\n"


def _shown(text: str) -> str:
    flat = "".join(letter if letter.isprintable() else ("⏎" if letter == "\n" else "?") for letter in text)
    return flat if len(flat) <= _WIDTH else flat[: _WIDTH - 1] + "…"
