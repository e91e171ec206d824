"""`check --reading`: the commands of a request as they were read."""

import contextlib

from interposer.guard import open_guard
from interposer.places import terrain
from interposer.request import Request
from interposer.unfold.engine import Engine
from interposer.unfold.node import ExhaustedError
from interposer.unfold.scene import Folder, Scene
from interposer.unfold.views import Viewer
from interposer.world import Nowhere
from interposer_shell.reader import read
from interposer_shell.reading import Reading
from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.word import Word, literal


def reading_json(request: Request) -> dict[str, object]:
    """All commands that bash could run, in source order, or why the text is refused."""
    if request.script is None:
        words = [word_json(literal(text)) for text in request.argv]
        return {"status": "read", "code": "", "commands": [{"words": words, "line": 1, "depth": 0}]}
    try:
        read(request.script, request.dialect)
    except ShellSyntaxError as error:
        return {"status": "refused", "code": error.code, "commands": []}
    found = [command for reading in _opened(request) for command in _commands(reading)]
    return {"status": "read", "code": "", "commands": found}


def _opened(request: Request) -> list[tuple[int, Reading]]:
    """The text and every text inside it that a shell would be given."""
    guard = open_guard("default")
    where = request.session.where
    ground = terrain(guard.lists, request.cwd, where.home, where.temp, guard.world.physical)
    engine = Engine(guard.rulebook, guard.lists, ground, Viewer(ground, guard.lists), Nowhere())
    with contextlib.suppress(ExhaustedError):
        engine.script(request.script or "", Scene(Folder(request.cwd)), dialect=request.dialect)
    return engine.readings


def _commands(opened: tuple[int, Reading]) -> list[dict[str, object]]:
    outer, reading = opened
    return [
        {"words": [word_json(word) for word in command.words], "line": command.line, "depth": outer + command.depth}
        for command in reading.commands
        if command.words
    ]


def word_json(word: Word) -> object:
    """A word: its text where static, else why it is not."""
    if word.text is not None:
        return word.text
    whys = [unknown.why for unknown in word.unknowns]
    many = word.many or any(unknown.many for unknown in word.unknowns)
    return {"unknown": whys[0], "text": word.source, "many": many}
