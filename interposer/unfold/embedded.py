"""Command lines inside the arguments of a tool whose grammar is not known in full: what is hard counts as run."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from interposer.unfold.manner import Manner
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_QUOTED = re.compile(r"\"([^\"]{5,})\"|'([^']{5,})'|`([^`]{5,})`")
_LINE = re.compile(r"\w\S*\s.*[|;&<>`$]|[|;&<>`$].*\s\S", re.DOTALL)
_MOST = 8
_LENGTH = 4000


def suspect(engine: "Engine", call: "Call", words: tuple[Word, ...]) -> None:
    """Look for text that nobody may run in the arguments: a tool that takes it is taken to run it."""
    if engine.lists.has("names-only", call.program.name) or call.node.kind == "read-only" or _seen(engine, call):
        return
    for word in words:
        text = word.text
        if text is not None and len(text) < _LENGTH and any(_hard(engine, call, one) for one in _candidates(text)):
            option = text.partition("=")[0] if text.startswith("-") else ""
            why = f"{call.program.name} is not known in full, and what stands there is a command that nobody may run"
            engine.found(
                call, "shell", word, Manner("option" if option else "operand", option), nested="shell", why=why
            )
            return


def _seen(engine: "Engine", call: "Call") -> bool:
    """Whether what the call runs was read already, and found to be hard."""
    for node in reversed(engine.nodes):
        if any(effect.grade == "hard" for effect in node.effects):
            return True
        if node is call.node:
            break
    return False


def _candidates(text: str) -> Iterator[str]:
    """The whole text, the value behind `=`, and what stands in quotes, where it looks like a command line."""
    found = [text, text.partition("=")[2]]
    found += [next(filter(None, one.groups())) for one in _QUOTED.finditer(text)]
    yield from (one.lstrip("!") for one in found[:_MOST] if _LINE.search(one))


def _hard(engine: "Engine", call: "Call", text: str) -> bool:
    """Whether a shell that ran `text` would do what is hard; nothing of the look is kept."""
    nodes, readings = len(engine.nodes), len(engine.readings)
    scene = call.scene.copy()
    scene.made = dict(scene.made)
    engine.script(text, scene, locus=call.node.span)
    hard = any(effect.grade == "hard" for node in engine.nodes[nodes:] for effect in node.effects)
    del engine.nodes[nodes:], engine.readings[readings:]
    return hard
