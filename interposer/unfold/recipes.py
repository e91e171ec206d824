"""Scripts that a tool reads by itself (`Makefile`, `conftest.py`), where the text that starts it made them."""

import posixpath
from typing import TYPE_CHECKING

from interposer.unfold import files, languages, making
from interposer.unfold.manner import Manner
from interposer_argv.grammar import Slot
from interposer_shell.word import Word, literal

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine


def obeyed(engine: "Engine", call: "Call") -> None:
    """Judge what the text wrote where `call` finds its own scripts: a person who reads the line reads that too."""
    if not call.scene.made or (call.reading is not None and call.reading.ends):
        return
    for name, slot in engine.lists.recipes.get(call.node.tool, {}).items():
        made = making.obeyed_at(call, posixpath.join(call.scene.folder.path, name))
        manner = Manner("config", name, job=True)
        if made is not None and made.how in files.UNREAD:
            files.unseen(engine, call, Word((name,), call.node.span), manner, made.how)
        elif made is not None and made.how == "text":
            kind, _, detail = slot.partition(":")
            languages.script(engine, call, Slot(kind, detail), literal(made.text, call.node.span), manner)
