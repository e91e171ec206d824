"""Script files are compared again when their shell ends: bash reads them as it goes, so a change meanwhile counts."""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from interposer.broker.cache import Identity, identity_of
from interposer.broker.live import Sink
from interposer.broker.loop import Loop
from interposer.decision import Decision
from interposer.request import Request

SCRIPT_CHANGED: Final = "script-changed"
WATCHED: Final = 256
"""Shells that are watched at the same time; what goes beyond is not compared, and bash has no other way to be held."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script file as it stood before it was judged."""

    path: str
    identity: Identity


def script_at(request: Request, name: str) -> Script | None:
    """The script file of that name, as the shell will look for it first: from its folder (bash(1), INVOCATION)."""
    if not name or not (name.startswith("/") or request.cwd):
        return None
    path = name if name.startswith("/") else f"{request.cwd}/{name}"
    identity = identity_of(path)
    return Script(path, identity) if identity else None


class ScriptWatch:
    """Waits for the shells' ends and records a script that was not the judged one any more."""

    def __init__(self, loop: Loop, sink: Sink, script_of: Callable[[Request], str]) -> None:
        self._loop = loop
        self._sink = sink
        self._script_of = script_of
        self._watched = 0

    def before(self, request: Request) -> Script | None:
        """The script that a shell is about to read; to be taken before it is judged."""
        return script_at(request, self._script_of(request)) if request.layer == "shell" else None

    def follow(self, script: Script, request: Request, decision: Decision) -> None:
        """Compare when the asking process, by then the shell, has ended."""
        if self._watched >= WATCHED:
            return
        with contextlib.suppress(OSError):
            ended = os.pidfd_open(request.pid)
            self._watched += 1
            self._loop.watch(ended, lambda: self._compare(ended, script, request, decision))

    def _compare(self, ended: int, script: Script, request: Request, decision: Decision) -> None:
        self._loop.unwatch(ended)
        os.close(ended)
        self._watched -= 1
        if identity_of(script.path) != script.identity:
            findings = (*decision.findings, SCRIPT_CHANGED)
            self._sink.write(replace(decision, findings=findings), replace(request, env=None))
