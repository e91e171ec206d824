"""Scripts in files: read where they can be read, else judged by where they lie."""

import posixpath
from typing import TYPE_CHECKING

from interposer.places import Spot
from interposer.unfold import feeding, languages, making, pathing
from interposer.unfold.manner import Manner
from interposer_argv.grammar import Slot
from interposer_shell.word import Word, literal

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine

_SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ash", "ksh", "mksh", "rbash"})
_SAFE = frozenset({"", "project", "home", "outside", "bin", "startup", "env-file", "git-internals", "agent", "null"})
_GUARDED = frozenset({"startup", "agent"})
"""Places that no command of an agent may write: what stands there is the person's own, or the agent program's."""
_LONG = 64 * 1024
UNREAD = {
    "fetched": ("fetched-file", "a file from the network is run unread"),
    "hidden": ("hidden-text", "a file that was encoded is run unread"),
    "pipe": ("computed", "a script that other commands write into a pipe is run unread"),
}
"""Made files that nobody has read: the detail of running them, and why."""


def safe(spot: Spot) -> bool:
    """Whether the agent cannot have put a script there unseen: the project (read when it runs), a person's folders."""
    return spot.place in _SAFE


def script(engine: "Engine", call: "Call", word: Word, manner: Manner) -> None:
    """A shell script named by path."""
    fed = feeding.substituted(engine, call, word) if word.unknowns else ""
    if fed in feeding.WHAT:
        why = f"{call.node.tool} runs {feeding.WHAT[fed]}"
        engine.found(call, "shell", word, manner, detail=fed, why=why, job=False)
        return
    for view in engine.viewer.views(word, call.scene):
        if view.sure == "deferred":
            call.node.findings.add("deferred")
        elif view.sure == "computed":
            why = f"{call.node.tool} runs a script whose name is not known"
            engine.found(call, "load", word, manner, detail="computed", why=why, job=True)
        elif view.text:
            _at(engine, call, word, view.text, manner)


def _at(engine: "Engine", call: "Call", word: Word, text: str, manner: Manner) -> None:
    spot = engine.terrain.spot(text, call.scene.folder.path)
    made = making.obeyed_at(call, spot.path)
    if made is not None and made.how in UNREAD:
        unseen(engine, call, word, manner, made.how)
        return
    if made is not None and made.how == "text":
        _run(engine, call, made.text, word, fresh=True)
        return
    known = None if spot.place in _GUARDED else engine.world.text(spot.path)
    if known is not None and (known.fresh or len(known.text) <= _LONG):
        _run(engine, call, known.text, word, fresh=known.fresh)
        return
    call.node.findings.add("unread")
    unread = not safe(spot) and call.scene.folder.sure == "static"
    why = "a script outside the project that cannot be read" if unread else ""
    taken = Manner(manner.via, manner.option, job=True)
    pathing.at(engine, call, "load", word, taken, spot, "unread" if unread else "", why)


def _run(engine: "Engine", call: "Call", text: str, word: Word, *, fresh: bool) -> None:
    scene = engine.with_origin(call.scene, "agent" if fresh else "tool")
    scene.arguments = None
    engine.script(text, scene, dialect=feeding.dialect_of(call.program.name), locus=call.span_of(word))


def unseen(engine: "Engine", call: "Call", word: Word, manner: Manner, how: str) -> None:
    """A script of the text's own making whose content nobody has seen."""
    detail, why = UNREAD[how]
    engine.found(call, "load", word, manner, detail=detail, why=why, job=True)


def sourced(engine: "Engine", call: "Call") -> None:
    """`source FILE`: as if the file's text stood here."""
    words = [word for word in call.words[1:] if word.text != "--"]
    if words and words[0].text not in {"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"}:
        script(engine, call, words[0], Manner())


def started(engine: "Engine", call: "Call") -> None:
    """A program named by path: a file of the text's own making, or a script that can be read."""
    made, path, word = call.program.made, call.program.path, call.words[0]
    if made is not None and made.how in UNREAD:
        unseen(engine, call, word, Manner(), made.how)
    elif made is not None and made.how == "copy" and posixpath.basename(made.source) != posixpath.basename(path):
        engine.found(call, "run", word, nested="path", why=f"it is {made.source} under another name")
    elif made is not None and made.how == "text":
        _shebang(engine, call, made.text, word, fresh=True)
    else:
        known = engine.world.text(path)
        if known is not None and known.text.startswith("#!"):
            _shebang(engine, call, known.text, word, fresh=known.fresh)


def _shebang(engine: "Engine", call: "Call", text: str, word: Word, *, fresh: bool) -> None:
    first = text.partition("\n")[0]
    names = [posixpath.basename(piece) for piece in first[2:].split()] if first.startswith("#!") else ["sh"]
    name = next((piece for piece in names if piece != "env" and not piece.startswith("-")), "")
    if name in _SHELLS:
        scene = engine.with_origin(call.scene, "agent" if fresh else "tool")
        scene.arguments = None
        engine.script(text, scene, dialect=feeding.dialect_of(name), locus=call.span_of(word))
        return
    kind, _, detail = engine.lists.stdin_language(name).partition(":")
    if fresh and kind in {"code", "script"}:
        languages.script(engine, call, Slot(kind, detail), literal(text, call.span_of(word)), Manner(job=True))
