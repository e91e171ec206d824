"""What the cold path judges by: the strictest shipped policy, an unknown context, rules compiled beforehand."""

import contextlib
import os
import pickle
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from interposer.broker.folder import SHELLS, SessionFolder
from interposer.broker.judging import SessionFiles, judge_by
from interposer.broker.live import Live
from interposer.broker.tools import Tools
from interposer.decision import Decision
from interposer.guard import open_guard
from interposer.identity.project import home_of_user, project_of
from interposer.request import Request, Session, Where, Who
from interposer.rulebook import Rule, Rulebook

KEPT = "rules"
"""Where a session's folder holds its tools' rules compiled: reading a large file takes half the cold path."""
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
    opened = open_guard(POLICY, world=SessionFiles(time.time_ns(), live.tools), config=Path(config))
    guard = replace(opened, rulebook=_KeptRules.over(opened.rulebook, live.folder.path / KEPT))
    where = replace(request.session.where, project=project_of(request.cwd) if request.cwd else "")
    session = replace(request.session, where=where)
    decision = judge_by(guard)(replace(request, session=session)).decision
    noted = replace(decision, findings=(*decision.findings, BROKER_LOST))
    if noted.verdict != "allow":
        noted = replace(noted, advice=noted.advice or f"{why}; start a new session")
    return noted, (guard.policy(POLICY).digest, guard.rulebook.digest)


def keep_rules(rulebook: Rulebook, names: Iterable[str], folder: Path) -> None:
    """Write the compiled rules of the tools of these names into the session's folder."""
    kept = folder / KEPT
    kept.mkdir(mode=0o700)
    for path in {rule.path for name in names if (rule := rulebook.find(name)) is not None}:
        rule = next(one for one in rulebook.rules() if one.path == path)
        fresh = kept / f".{path.stem}"
        fresh.write_bytes(pickle.dumps(rule))
        fresh.replace(kept / f"{path.stem}.pickle")


class _KeptRules(Rulebook):
    """Takes a rule that the session's folder holds, if it is the rule of that very file.

    The folder is as private as the description of the cold path that stands in it: who can write there can name another
    program as Python. So unpickling adds no trust.
    """

    _kept: Path

    @classmethod
    def over(cls, rulebook: Rulebook, kept: Path) -> "_KeptRules":
        """The same rule files, with what is kept."""
        made = cls(rulebook._folders)  # noqa: SLF001 - of its own kind
        made._kept = kept
        return made

    def _compiled(self, path: Path) -> Rule:
        if path not in self._rules:
            with contextlib.suppress(OSError, pickle.UnpicklingError, AttributeError, EOFError, TypeError):
                kept = self._kept / f"{path.stem}.pickle"
                found = kept.lstat()
                if found.st_uid == os.geteuid() and not found.st_mode & 0o022:
                    rule = pickle.loads(kept.read_bytes())  # noqa: S301 - see the class
                    if isinstance(rule, Rule) and rule.path == path:
                        self._rules[path] = rule
        return super()._compiled(path)
