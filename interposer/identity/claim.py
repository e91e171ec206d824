"""Who somebody says they are: a flag, or markers in the environment. Never more than `claimed`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from interposer.identity.agent import Agent

GENERIC = ("AI_AGENT", "AGENT")
"""Names that several agents set to their own name (agents.md issue 136); `AGENT=1` says nothing."""
_NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")
_VERSIONED = re.compile(r"[_/@-]v?\d.*\Z")


@dataclass(frozen=True, slots=True)
class Claim:
    """An agent's name and what says so."""

    agent: str
    evidence: str


def claimed_by_flag(name: str) -> Claim:
    """What `--agent NAME` says."""
    return Claim(name, "flag --agent")


def claimed_by_environment(environ: Mapping[str, str], agents: Sequence[Agent]) -> Claim | None:
    """The first agent of the registry whose markers are set, else what a generic variable names.

    An agent started by another inherits its markers: the evidence then names the others as well.
    """
    found = [(agent.name, name) for agent in agents if (name := _marker(environ, agent))]
    if found:
        names = list(dict.fromkeys(name for name, _ in found))
        others = f"; also {', '.join(names[1:])}" if len(names) > 1 else ""
        return Claim(names[0], f"env {found[0][1]}{others}")
    for variable in GENERIC:
        if (agent_name := _generic(environ.get(variable, ""))) is not None:
            return Claim(agent_name, f"env {variable}")
    return None


def _marker(environ: Mapping[str, str], agent: Agent) -> str:
    return next(
        (marker.name for marker in agent.markers if fnmatchcase(environ.get(marker.name, ""), marker.value)), ""
    )


def _generic(value: str) -> str | None:
    """`claude-code_2.1.0_agent` names claude-code; anything that is no plain name is not believed at all."""
    name = _VERSIONED.sub("", value.lower())
    return name if _NAME.fullmatch(name) and name not in {"true", "yes", "agent"} else None
