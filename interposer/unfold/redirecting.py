"""Redirections: files written and read by the shell itself, and its network devices."""

import re
from typing import TYPE_CHECKING

from interposer.unfold import making, pathing
from interposer.unfold.manner import Manner
from interposer_shell.reading import Redirect

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_WRITES = frozenset({">", ">>", ">|", "&>", "&>>", "<>", ">&"})
_NETWORK = re.compile(r"/dev/(?:tcp|udp)/")
_BARE = 3
"""Words of an interpreter without a script: its name and at most one option."""
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "exec"})


def redirects(engine: "Engine", call: "Call") -> None:
    """Judge every redirection of a command; those of the compounds around it belong to its first command."""
    if call.command is None:
        return
    seen = call.scene.seen_redirects
    fresh = [one for one in call.command.inherits if id(one) not in seen]
    seen.update(id(one) for one in fresh)
    for one in (*fresh, *call.command.redirects):
        _redirect(engine, call, one)


def _redirect(engine: "Engine", call: "Call", one: Redirect) -> None:
    target = one.target
    if target is None:
        return
    text = target.text or target.head
    if _NETWORK.match(text):
        name = (call.words[0].text or "").rpartition("/")[2] if call.words else ""
        shell = name in _SHELLS or (engine.lists.stdin_language(name).startswith("code:") and len(call.words) < _BARE)
        why = "a shell wired to a socket" if shell else ""
        engine.found(call, "send", target, Manner("operand", one.op), detail="remote-shell" if shell else "", why=why)
    elif one.op in {">&", "<&"} and (text in {"-", ""} or text.rstrip("-").isdigit()):
        return
    elif one.op in _WRITES:
        pathing.path_effect(engine, call, "write", target, Manner("operand", one.op), external=False)
        _make(engine, call, one)
    elif one.op == "<":
        pathing.path_effect(engine, call, "read", target, Manner("stdin", one.op), external=False)


def _make(engine: "Engine", call: "Call", one: Redirect) -> None:
    if one.target is None or call.command is None:
        return
    for view in engine.viewer.views(one.target, call.scene):
        if view.sure == "static" and view.text:
            path = engine.terrain.spot(view.text, call.scene.folder.path).path
            making.redirected(engine, call.command, call.scene, path, one)
