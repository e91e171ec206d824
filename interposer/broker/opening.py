"""Opening a session for real: rules, policy and log are read once and pinned, who and where derived."""

import gc
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from interposer.audit.record import Pinned
from interposer.audit.redact import Redactor, load_key
from interposer.audit.ulid import new_ulid
from interposer.broker.coldly import keep_rules
from interposer.broker.completeness import completeness, shared_reader
from interposer.broker.folder import Cold
from interposer.broker.journalling import JournalSink
from interposer.broker.judging import SessionFiles, judge_by, script_of_call, tool_names
from interposer.broker.tools import Tools
from interposer.broker.wiring import Opening, Wiring
from interposer.errors import AuditError
from interposer.guard import RULES_KEPT, Guard, open_guard, policy_for
from interposer.identity.agent import Agent
from interposer.identity.claim import claimed_by_environment, claimed_by_flag
from interposer.identity.context import Facts
from interposer.identity.observe import ancestry
from interposer.identity.where import where
from interposer.identity.who import Seen, agents_above, seen_at, who
from interposer.paths import config_dir, ensure_private_dir, state_dir
from interposer.request import Session
from interposer.supervise.programs import Programs


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session is opened in; taken from the operator's process and pinned."""

    environ: Mapping[str, str]
    cwd: str
    caller: int
    agents: Sequence[Agent] = ()


def wire_session(opening: Opening, around: Surroundings) -> Wiring:
    """All parts of the broker of one session.

    Raises:
        InterposerError: rules, policy or log cannot be used.
    """
    state, config = state_dir(around.environ), config_dir(around.environ)
    session = session_of(opening, around)
    tools, opened = Tools(), time.time_ns()
    guard = open_guard(
        policy_for(session.policy, session.where.context),
        world=SessionFiles(opened, tools),
        config=config,
        kept=state / RULES_KEPT,
    )
    guard.rulebook.preload()
    sink = JournalSink(state, pinned_of(guard, session, Redactor(load_key(ensure_private_dir(state)))))
    sink.open(session, opening.command, around.caller)

    def close(status: int) -> None:
        sink.close_session(session, status)
        sink.close()

    return Wiring(
        session,
        judge_by(guard),
        sink,
        completeness,
        shared_reader,
        tool_names(guard),
        Cold(state=str(state), config=str(config)),
        tools=tools,
        errors=trouble_log(state),
        tampered=lambda verb, peer, _live: sink.tampered(verb, session, peer.pid),
        keep=lambda folder, _names: keep_rules(guard.rulebook, folder, state),
        script_of=script_of_call(guard),
        programs=Programs(guard, session, opened, around.agents) if "exec" in opening.layers else None,
        freeze=freeze,
        close=close,
    )


def session_of(opening: Opening, around: Surroundings) -> Session:
    """Who and where: by the kernel's word where there is one, else by what is claimed."""
    chain = ancestry(around.caller)
    said = claimed_by_flag(opening.agent) if opening.agent else claimed_by_environment(around.environ, around.agents)
    started = _started(opening.command, around)
    seen = ((started,) if started else ()) + agents_above(chain, around.agents)
    agent = next((one.process for one in seen if one.process is not None), None)
    beyond = chain[chain.index(agent) + 1 :] if agent in chain else chain
    facts = Facts(beyond, agent, launched=bool(started or opening.agent), environ=around.environ)
    place = where(facts, around.cwd, opening.context or None)
    return Session(
        new_ulid(),
        who(seen, said, os.geteuid()),
        place,
        opening.policy,
        opening.layers,
        environ=dict(around.environ),
    )


def _started(command: Sequence[str], around: Surroundings) -> Seen | None:
    """The known agent that the session starts."""
    found = shutil.which(command[0], path=around.environ.get("PATH")) if command else None
    return seen_at(found, around.agents) if found else None


def pinned_of(guard: Guard, session: Session, redactor: Redactor) -> Pinned:
    """Digests of what the session is judged with."""
    policy = guard.policy(policy_for(session.policy, session.where.context))
    return Pinned(redactor, policy.digest, guard.rulebook.digest)


def freeze() -> None:
    """No collection looks at what was loaded: one over 300,000 objects stalls all clients for 100 ms."""
    gc.collect()
    gc.freeze()


def trouble_log(state: Path) -> int:
    """Where the broker writes its own troubles, never what it judged.

    Raises:
        AuditError: IP-71, it cannot be opened.
    """
    try:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(state / "broker.log", flags, 0o600)
    except OSError as error:
        raise AuditError(f"`{state / 'broker.log'}` cannot be opened: {error.strerror}", code="IP-71") from error
