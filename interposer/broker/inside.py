"""Verbs that change the guard are refused inside a session: by the kernel's word, not the environment's."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from interposer.broker.client import send_control
from interposer.broker.journalling import TAMPER
from interposer.broker.peer import brokers_above
from interposer.decision import Decision
from interposer.errors import InterposerError
from interposer.paths import runtime_dir, state_dir
from interposer.refusal import render
from interposer.request import Session

REFUSED = 126


def stands_inside() -> bool:
    """Whether a broker is above this process, or one of this user says that it belongs to a session of its own."""
    return bool(brokers_above(os.getpid())) or any(answer.get("inside") for answer in _asked("verb", "run", first=True))


def refuse_inside(verb: str) -> int:
    """Refuse the verb and have it recorded as tamper by the session's own broker; the exit status."""
    decision_id = next((str(one.get("decision", "")) for one in _asked("verb", verb) if one.get("inside")), "")
    decision = Decision(
        "deny", rule="tamper", reason=TAMPER, line=f"interposer {verb}", advice="run it from outside the session"
    )
    sys.stderr.write(render(decision, Session(), decision_id))
    return REFUSED


def _asked(op: str, verb: str, *, first: bool = False) -> Iterator[dict[str, Any]]:
    """What each broker of this user says to the verb; a question only (`first`) is not recorded."""
    for path in sockets():
        with contextlib.suppress(InterposerError):
            yield send_control(path, {"op": "ask" if first else op, "verb": verb}, timeout=5.0)


def sockets() -> tuple[Path, ...]:
    """The sockets of this user's sessions.

    Looked for in every place that any environment could have named: the agent's own says nothing here.
    """
    places = [Path(f"/run/user/{os.geteuid()}/interposer"), Path(f"/tmp/interposer-{os.geteuid()}")]  # noqa: S108 - only looked into
    with contextlib.suppress(InterposerError):
        places = [state_dir({}) / "run", runtime_dir(), *places]
    found = {path.resolve() for place in places for path in place.glob("s/*/s.sock")}
    return tuple(sorted(found))
