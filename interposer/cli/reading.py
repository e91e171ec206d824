"""`check --reading`: the commands of a request as they were read."""

import contextlib

from interposer.guard import Guard
from interposer.places import terrain
from interposer.request import Request
from interposer.unfold.engine import Engine
from interposer.unfold.node import ExhaustedError, Node
from interposer.unfold.scene import Folder, Scene
from interposer.unfold.views import Viewer
from interposer.world import Nowhere
from interposer_shell.reader import read
from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.word import Word, literal


def reading_json(request: Request, guard: Guard) -> dict[str, object]:
    """All commands that bash could run, in source order, or why the text is refused."""
    if request.script is None:
        words = [word_json(literal(text)) for text in request.argv]
        return {"status": "read", "code": "", "commands": [{"words": words, "line": 1, "depth": 0}]}
    try:
        read(request.script, request.dialect)
    except ShellSyntaxError as error:
        return {"status": "refused", "code": error.code, "commands": []}
    commands = [_command(node) for node in _opened(request, guard) if node.words]
    return {"status": "read", "code": "", "commands": commands}


def _opened(request: Request, guard: Guard) -> list[Node]:
    """Every command of the text, and of every text and argv inside it that a shell or a tool would be given."""
    where = request.session.where
    ground = terrain(guard.lists, request.cwd, where.home, where.temp, guard.world.physical)
    engine = Engine(guard.rulebook, guard.lists, ground, Viewer(ground, guard.lists), Nowhere())
    with contextlib.suppress(ExhaustedError):
        engine.script(request.script or "", Scene(Folder(request.cwd)), dialect=request.dialect)
    return engine.nodes


def _command(node: Node) -> dict[str, object]:
    return {"words": [word_json(word) for word in node.words], "line": node.row, "depth": node.depth}


def word_json(word: Word) -> object:
    """A word: its text where static, else why it is not."""
    if word.text is not None:
        return word.text
    whys = [unknown.why for unknown in word.unknowns]
    many = word.many or any(unknown.many for unknown in word.unknowns)
    return {"unknown": whys[0], "text": word.source, "many": many}
