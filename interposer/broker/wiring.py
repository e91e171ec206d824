"""What a broker is put together from: the judge, the log, who and where."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from interposer.broker.cache import Judge
from interposer.broker.control import Tampered
from interposer.broker.feeder import Completeness, SharedReader
from interposer.broker.folder import Cold
from interposer.broker.live import Sink
from interposer.broker.tools import Tools
from interposer.request import Context, Layer, Request, Session
from interposer.supervise.programs import Programs


@dataclass(frozen=True, slots=True)
class Opening:
    """What a session is opened with, as its caller asked."""

    command: tuple[str, ...]
    agent: str = ""
    context: Context | Literal[""] = ""
    policy: str = ""
    layers: frozenset[Layer] = frozenset({"shell", "path"})


@dataclass(frozen=True, slots=True)
class Wiring:
    """The parts of one session's broker.

    Attributes:
        names: tool names that get a shim where a program of that name is found; `*` matches.
        own_processes: children of the broker that are no part of the session.
        errors: descriptor for the broker's own troubles, -1 for nowhere.
        tools: finds real programs; shared with the judge, so that both pass the session's shims over.
        script_of: the script file that a call of a shell names, "" for none.
        tampered: records that a verb was called from within.
        keep: writes into the session's folder what the cold path is quicker with; called in a process of its own.
        programs: what the exec layer knows programs by; None where the session has no such layer.
        freeze: called once everything is loaded.
        close: called with the command's exit status at the end.
    """

    session: Session
    judge: Judge
    sink: Sink
    completeness: Completeness
    shared_reader: SharedReader
    names: tuple[str, ...] = ()
    cold: Cold = field(default_factory=Cold)
    tools: Tools = field(default_factory=Tools)
    shell: str = "bash"
    own_processes: frozenset[int] = frozenset()
    errors: int = -1
    script_of: Callable[[Request], str] = lambda _: ""
    tampered: Tampered = lambda _verb, _peer, _live: ""
    keep: Callable[[Path, frozenset[str]], None] = lambda _folder, _names: None
    programs: Programs | None = None
    freeze: Callable[[], None] = lambda: None
    close: Callable[[int], None] = lambda _: None
