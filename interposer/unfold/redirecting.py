"""Redirections: files written and read by the shell itself, and its network devices."""

import re
from typing import TYPE_CHECKING

from interposer.unfold import making, pathing
from interposer.unfold.names import Program
from interposer_shell.reading import Command, Redirect

if TYPE_CHECKING:
    from interposer.unfold.engine import Engine
    from interposer.unfold.node import Node
    from interposer.unfold.scene import Scene

_WRITES = frozenset({">", ">>", ">|", "&>", "&>>", "<>"})
_NETWORK = re.compile(r"/dev/(?:tcp|udp)/")
_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "ash", "exec"})


def redirects(engine: "Engine", command: Command, scene: "Scene", node: "Node", locus: tuple[int, int] | None) -> None:
    """Judge every redirection of `command`; those of the compounds around it belong to its first command."""
    for one in (*_outer(command, scene), *command.redirects):
        _redirect(engine, command, scene, node, one, locus)


def _outer(command: Command, scene: "Scene") -> tuple[Redirect, ...]:
    seen = scene.seen_redirects
    fresh = tuple(one for one in command.inherits if id(one) not in seen)
    seen.update(id(one) for one in fresh)
    return fresh


def _redirect(
    engine: "Engine", command: Command, scene: "Scene", node: "Node", one: Redirect, locus: tuple[int, int] | None
) -> None:
    from interposer.unfold.engine import Call  # noqa: PLC0415 - the engine imports this module

    target = one.target
    if target is None:
        return
    text = target.text or target.head
    if _NETWORK.match(text):
        shell = bool(command.words) and (command.words[0].text or "").rpartition("/")[2] in _SHELLS
        engine.add(
            node,
            scene,
            "send",
            target.source,
            option=one.op,
            span=locus or one.span,
            detail="remote-shell" if shell else "",
            why="a shell wired to a socket" if shell else "",
        )
        return
    call = Call(command.words, scene, node, Program(node.tool), command=command, locus=locus)
    duplicate = one.op in {">&", "<&"} and (text.isdigit() or text in {"-", ""} or text.rstrip("-").isdigit())
    if duplicate:
        return
    if one.op in _WRITES or one.op == ">&":
        pathing.path_effect(engine, call, "write", target, "operand", one.op, external=False)
        _make(engine, command, scene, one)
    elif one.op == "<":
        pathing.path_effect(engine, call, "read", target, "stdin", one.op, external=False)


def _make(engine: "Engine", command: Command, scene: "Scene", one: Redirect) -> None:
    if one.target is None:
        return
    for view in engine.viewer.views(one.target, scene):
        if view.sure == "static" and view.text:
            path = engine.terrain.spot(view.text, scene.folder.path).path
            making.redirected(engine, command, scene, path, one)
