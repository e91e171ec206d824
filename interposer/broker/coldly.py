"""What the cold path judges by: the strictest shipped policy, an unknown context, rules compiled beforehand."""

import time
from dataclasses import replace
from pathlib import Path

from interposer.broker.folder import SHELLS, SessionFolder
from interposer.broker.judging import SessionFiles, judge_by
from interposer.broker.live import Live
from interposer.broker.tools import Tools
from interposer.decision import Decision
from interposer.guard import RULES_KEPT, open_guard
from interposer.identity.project import home_of_user, project_of
from interposer.request import Request, Session, Where, Who
from interposer.rulebook import Rulebook

POLICY = "strict"
BROKER_LOST = "broker-lost"


def cold_live(shim: str) -> Live:
    """The session as far as a shim's own path tells it; nobody is known, no terminal is a person's."""
    folder = SessionFolder(Path(shim).parent.parent)
    tools = Tools()
    tools.shun(str(folder.bin))
    where = Where("unknown", "claimed", "", home_of_user())
    sid = folder.path.name if folder.path.parent.name == "s" else ""
    session = Session(sid, Who("unknown", "claimed"), where, POLICY, frozenset({"path", "shell"}))
    return Live(session, folder, tools, SHELLS[0])


def cold_decision(request: Request, live: Live, config: str, why: str) -> tuple[Decision, tuple[str, str]]:
    """The decision, with digests of policy and rules; the loss of the broker is noted in it."""
    world = SessionFiles(time.time_ns(), live.tools)
    guard = open_guard(POLICY, world=world, config=Path(config), kept=live.folder.path / RULES_KEPT)
    where = replace(request.session.where, project=project_of(request.cwd) if request.cwd else "")
    session = replace(request.session, where=where)
    decision = judge_by(guard)(replace(request, session=session)).decision
    noted = replace(decision, findings=(*decision.findings, BROKER_LOST))
    if noted.verdict != "allow":
        noted = replace(noted, advice=noted.advice or f"{why}; start a new session")
    return noted, (guard.policy(POLICY).digest, guard.rulebook.digest)


def keep_rules(rulebook: Rulebook, session: Path, state: Path) -> None:
    """Write the compiled rules into the session folder for the cold path, and into the state folder for later sessions.

    The session's folder is as private as the description of the cold path that stands in it.
    """
    rulebook.keep(session / RULES_KEPT)
    if not rulebook.kept:
        rulebook.keep(state / RULES_KEPT)
