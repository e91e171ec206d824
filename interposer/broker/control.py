"""What the verbs ask a broker: is it alive, does the caller stand inside its session."""

import os
from collections.abc import Callable
from typing import Final

from interposer.broker.live import Live
from interposer.broker.peer import Peer, ancestry

STATE_CHANGING: Final = frozenset(
    {"run", "env", "install", "uninstall", "approve", "refuse", "policy", "setup", "reload"}
)

Answering = Callable[[dict[str, object], Peer, Live], dict[str, object]]
Tampered = Callable[[str, Peer, Live], str]
"""Records an attempt to steer the guard from within; the record's id."""


def controls(tampered: Tampered = lambda _verb, _peer, _live: "") -> Answering:
    """The answers of a broker whose every descendant is inside its session."""

    def answer(message: dict[str, object], peer: Peer, live: Live) -> dict[str, object]:
        match message.get("op"):
            case "ping":
                session = live.session
                return {
                    "sid": session.sid,
                    "pid": os.getpid(),
                    "policy": session.policy,
                    "layers": sorted(session.layers),
                }
            case "ask":
                return {"inside": is_inside(peer, live)}
            case "verb":
                verb = str(message.get("verb", ""))
                if verb not in STATE_CHANGING or not is_inside(peer, live):
                    return {"inside": False}
                return {"inside": True, "decision": tampered(verb, peer, live)}
            case _:
                return {"error": "unknown operation"}

    return answer


def is_inside(peer: Peer, live: Live) -> bool:
    """Whether the process descends from the session's launcher; the launcher itself, a person's shell, does not."""
    pid, started = live.launcher
    above = list(ancestry(peer.pid))
    return any(found.pid == pid and started in {0, found.started} for found in above[1:])
