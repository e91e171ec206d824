"""What is known of one agent, as data; the values stand in `interposer/agents/`, one file an agent."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Marker:
    """An environment variable that an agent sets for what it starts; a claim, since anybody can set it.

    Attributes:
        value: a pattern (fnmatch) for the value; by default anything but the empty text.
    """

    name: str
    value: str = "?*"


@dataclass(frozen=True, slots=True)
class Preamble:
    r"""How an agent wraps the command that it was asked to run.

    Attributes:
        pattern: a regular expression that matches the whole script text; its group `command` is the command.
        quoted: the command stands in shell single quotes, with `'\''` or `'"'"'` for a quote inside.
        note: where the shape is from.
        parameter: the command is no part of the text but this positional parameter (`$1`); 0 for none.
    """

    pattern: re.Pattern[str]
    quoted: bool = False
    parameter: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent.

    Attributes:
        name: the name that policy and log use.
        markers: environment variables in its children.
        executables: file names of its native program.
        entries: patterns (fnmatch, on the resolved path) of the file that an interpreter runs for it.
        spawns: the argv shapes by which it starts a command, for people and for `doctor`.
        preambles: wrappings that `unwrapped` sees through.
        settings: its settings folders under the home, which its own commands should not write.
        notes: where each fact is from.
    """

    name: str
    markers: tuple[Marker, ...] = ()
    executables: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    spawns: tuple[str, ...] = ()
    preambles: tuple[Preamble, ...] = ()
    settings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def is_entry(self, path: str) -> bool:
        """Whether the file at the resolved `path` is what an interpreter runs for this agent."""
        return any(fnmatchcase(path, pattern) for pattern in self.entries)


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A command as the agent was asked to run it; `span` is its place in the script text (with its quotes)."""

    agent: str
    command: str
    span: tuple[int, int]


# A quoted command: pieces in single quotes with escaped quotes between them (POSIX XCU 2.2.2).
QUOTED = r"""'(?P<command>(?:[^']|'\\''|'"'"')*)'"""
_QUOTE = re.compile(r"""'\\''|'"'"'""")


def unwrapped(text: str, agents: tuple[Agent, ...], parameters: tuple[str, ...] = ()) -> Unwrapped | None:
    """The command inside `text`, where all of `text` is one known wrapping; None otherwise.

    It serves reading and display; the whole text is judged all the same.
    """
    for agent in agents:
        for preamble in agent.preambles:
            if found := preamble.pattern.fullmatch(text):
                return _unwrapped(agent.name, preamble, found, parameters)
    return None


def _unwrapped(agent: str, preamble: Preamble, found: re.Match[str], parameters: tuple[str, ...]) -> Unwrapped | None:
    if preamble.parameter:
        if len(parameters) <= preamble.parameter:
            return None
        return Unwrapped(agent, parameters[preamble.parameter], (0, len(found[0])))
    command = found["command"]
    start, end = found.span("command")
    if preamble.quoted:
        return Unwrapped(agent, _QUOTE.sub("'", command), (start - 1, end + 1))
    return Unwrapped(agent, command, (start, end))
