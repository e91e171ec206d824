"""A request: one thing that an agent asks for, and the session that it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from interposer_shell.reading import Dialect

Layer = Literal["hook", "shell", "path", "exec"]
Assurance = Literal["claimed", "observed", "attested"]
Context = Literal["chat", "ide", "ci", "cron", "unknown"]


@dataclass(frozen=True, slots=True)
class Who:
    """The asking agent. `evidence` says how it is known (`env CLAUDECODE`, `exe sha256:..`)."""

    agent: str = "unknown"
    assurance: Assurance = "observed"
    depth: int = 0
    user: str = ""
    uid: int = -1
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """The context. `project` is the work-tree root pinned when the session opened."""

    context: Context = "chat"
    assurance: Assurance = "observed"
    project: str = ""
    home: str = ""
    temp: tuple[str, ...] = ("/tmp", "/var/tmp", "/private/tmp", "/private/var/tmp", "/var/folders")  # noqa: S108 - the places themselves, nothing is created
    ci_job: str = ""
    repo: str = ""
    ref: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """One agent run: who, where, policy and live layers, pinned when it opened.

    Attributes:
        inside: False for a person's own call outside of any session.
        environ: the environment that the session was opened with: the person's own settings, which are not judged;
            None where it is not known.
    """

    sid: str = ""
    who: Who = Who()
    where: Where = Where()
    policy: str = "default"
    layers: frozenset[Layer] = frozenset({"shell", "path", "exec"})
    inside: bool = True
    environ: Mapping[str, str] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One argv or one script text.

    Attributes:
        argv: the final argv (bytes that are not UTF-8 as surrogate escapes); empty where `script` is given.
        script: text for a shell; None where `argv` is given.
        dialect: the shell that will run the script.
        env: the environment that matters, as the asking process has it; None where there is none (`check`).
        exe: the resolved file of argv[0], "" where nothing could be resolved.
        stdin: what the process reads from.
        args: positional parameters of the script (`$0`, `$1`, ...).
        pid: the asking process, 0 for none.
        origin: whose words these are: the agent's, or a tool's that it started.
        parent: id of the record that this descends from, "" for none.
        lineage: the names above the command, outermost first.
    """

    argv: tuple[str, ...] = ()
    script: str | None = None
    dialect: Dialect = "bash"
    cwd: str = "/"
    env: Mapping[str, str] | None = None
    exe: str = ""
    layer: Layer = "shell"
    session: Session = field(default_factory=Session)
    stdin: Literal["none", "terminal", "pipe", "file", "unknown"] = "unknown"
    args: tuple[str, ...] = ()
    pid: int = 0
    origin: Literal["agent", "tool"] = "agent"
    parent: str = ""
    lineage: tuple[str, ...] = ()
