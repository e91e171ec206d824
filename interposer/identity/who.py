"""Who asks: the nearest known agent above a process, with what was seen of it.

`observed` needs the agent's own file: a native program, or the entry file that an interpreter runs, resolved and
hashed. The digest of an interpreter says nothing about the agent.
"""

import os
import pwd
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from interposer.identity.agent import Agent
from interposer.identity.claim import Claim
from interposer.identity.observe import Process, cwd_of, digest_of, digest_of_exe
from interposer.request import Who

INTERPRETERS = ("node", "nodejs", "bun", "deno", "python", "pypy", "ruby")
_TEMP = ("/tmp/", "/var/tmp/", "/dev/shm/")  # noqa: S108 - files there are not believed
_WITH_VALUE = frozenset({"-r", "--require", "--import", "--loader", "-W", "-X", "-C", "--conditions", "--env-file"})
_CODE = frozenset({"-c", "-m", "-e", "--eval", "-p", "--print"})


@dataclass(frozen=True, slots=True)
class Seen:
    """An agent, the file that makes it that agent, and its process where it runs already."""

    agent: Agent
    path: str
    digest: str
    process: Process | None = None

    @property
    def evidence(self) -> str:
        """For the record: digest and path, after SPIRE's `unix:sha256` and `unix:path` selectors."""
        return f"sha256:{self.digest} {self.path}"


def agents_above(chain: Sequence[Process], agents: Sequence[Agent]) -> tuple[Seen, ...]:
    """The agents in an ancestry, nearest first; a wrapper and the native program that it starts count as one."""
    found: list[Seen] = []
    for process in chain:
        seen = seen_in(process, agents)
        if seen is not None and not (found and found[-1].agent == seen.agent):
            found.append(seen)
    return tuple(found)


def seen_in(process: Process, agents: Sequence[Agent]) -> Seen | None:
    """The agent that a process runs, where its own file was found and could be hashed."""
    if _is_interpreter(process.name):
        path = entry_of(process)
        return _seen(path, lambda: digest_of(path), agents, process)
    # The file that runs is hashed, not what its path names by now.
    return _seen(process.exe, lambda: digest_of_exe(process.pid), agents, process)


def seen_at(path: str, agents: Sequence[Agent]) -> Seen | None:
    """The agent whose program or entry file `path` is: what a launcher is about to start."""
    real = os.path.realpath(path)
    named = real if _agent_of(real, agents) else path  # a link may carry the name (`codex` -> `../lib/x/cli`)
    return _seen(named, lambda: digest_of(real), agents, None)


def _seen(path: str, hashed: Callable[[], str], agents: Sequence[Agent], process: Process | None) -> Seen | None:
    agent = _agent_of(path, agents) if path and not path.startswith(_TEMP) else None
    digest = hashed() if agent else ""  # only then: an agent's program may hold 200 MB
    return Seen(agent, path, digest, process) if agent and digest else None


def _agent_of(path: str, agents: Sequence[Agent]) -> Agent | None:
    return next((agent for agent in agents if agent.is_entry(path) or _name(path) in agent.executables), None)


def entry_of(process: Process) -> str:
    """The resolved file that an interpreter was told to run, "" for `-c`, `-m` and where it cannot be told."""
    words = iter(process.argv[1:])
    for word in words:
        if word in _CODE:
            return ""
        if word in _WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            cwd = cwd_of(process.pid)
            path = word if word.startswith("/") else os.path.join(cwd, word) if cwd else ""  # noqa: PTH118 - "" stays ""
            real = os.path.realpath(path) if path else ""
            return real if real and os.path.isfile(real) else ""  # noqa: PTH113 - text in, text out
    return ""


def who(found: Sequence[Seen], claim: Claim | None, uid: int) -> Who:
    """Who asks, of the agents that were seen (nearest first) and what is claimed.

    What is seen outweighs what is said; a claim that names another agent than the one seen stays in the evidence.
    """
    user = _user(uid)
    if not found:
        named = claim or Claim("unknown", "")
        return Who(named.agent, "claimed", 0, user, uid, named.evidence)
    nearest = found[0]
    said = f"; {claim.evidence} says {claim.agent}" if claim and claim.agent != nearest.agent.name else ""
    return Who(nearest.agent.name, "observed", len(found) - 1, user, uid, nearest.evidence + said)


def _is_interpreter(name: str) -> bool:
    return name.rstrip("0123456789.") in INTERPRETERS


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except (KeyError, OverflowError):
        return ""
