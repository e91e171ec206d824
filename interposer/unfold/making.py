"""Files that a text makes for its own later commands: here-documents, echoes, downloads, copies."""

import posixpath
from typing import TYPE_CHECKING

from interposer.unfold.scene import Made
from interposer.unfold.views import known_output
from interposer_shell.reading import Command, Redirect
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine
    from interposer.unfold.scene import Scene

_NAMING = frozenset({"wget", "aria2c", "axel", "lwp-download"})
_OUTPUT = frozenset({"-O", "-o", "--output-document"})
_REMOTE_NAME = frozenset({"-O", "--remote-name", "--remote-name-all", "-J", "--remote-header-name"})
_COPIERS = frozenset({"cp", "mv", "ln", "install"})


def written(engine: "Engine", call: "Call", path: str) -> None:
    """A write to `path` by a slot of `call`: what the file is from now on."""
    name = call.program.name
    if engine.lists.has("fetchers", name):
        call.scene.made[path] = Made("fetched")
    elif name in _COPIERS:
        _copied(engine, call, path)
    elif name == "tee":
        call.scene.made[path] = fed_text(engine, call.scene, call.command, call.fed.feeders if call.fed else ())
    elif path not in call.scene.made:
        call.scene.made[path] = Made("unknown")


def downloaded(engine: "Engine", call: "Call", url: str) -> None:
    """A download that names its file itself, after the last part of the URL (wget(1); curl(1), -O)."""
    given = call.reading.given if call.reading is not None else ()
    naming = call.program.name in _NAMING
    named_by_url = _OUTPUT.isdisjoint(given) if naming else not _REMOTE_NAME.isdisjoint(given)
    if not named_by_url or not engine.lists.has("fetchers", call.program.name):
        return
    path, _, query = url.partition("#")[0].partition("?")
    name = posixpath.basename(path)
    for each in (name, f"{name}?{query}") if name else ():
        call.scene.made[posixpath.normpath(posixpath.join(call.scene.folder.path, each))] = Made("fetched")


def _copied(engine: "Engine", call: "Call", path: str) -> None:
    sources = [word for word in call.words[1:] if word.text and not word.text.startswith("-")]
    if len(sources) < 2:  # noqa: PLR2004 - a source and a target
        return
    source = posixpath.normpath(posixpath.join(call.scene.folder.path, sources[0].text or ""))
    made = call.scene.made.get(source)
    name, target = posixpath.basename(source), posixpath.basename(path)
    if engine.lists.has("shells", name) and target not in {name, ""} and not engine.terrain.spot(path, "/").whole:
        _renamed_shell(engine, call, source, path)
    inside = engine.terrain.spot(source, "/").place in {"bin", "system"}
    copy = made or (Made("copy", source=source) if inside else Made("unknown"))
    call.scene.made[path] = copy
    call.scene.made[posixpath.join(path, posixpath.basename(source))] = copy


def _renamed_shell(engine: "Engine", call: "Call", source: str, path: str) -> None:
    if not call.words[-1].head.endswith(("/", ".")):
        copy = Word((f"{source} as {path}",), call.words[-1].span)
        engine.found(call, "run", copy, nested="path", why="a shell under another name")


def redirected(engine: "Engine", command: Command, scene: "Scene", path: str, redirect: Redirect) -> None:
    """Output of `command` goes to `path`."""
    feeders = tuple(scene.reading.commands[index] for index in command.stdin) if scene.reading else ()
    made = fed_text(engine, scene, command, feeders)
    before = scene.made.get(path)
    if redirect.op == ">>" and before is not None and before.how == "text" and made.how == "text":
        made = Made("text", before.text + made.text)
    scene.made[path] = made


def fed_text(engine: "Engine", scene: "Scene", command: Command | None, feeders: tuple[Command, ...]) -> Made:
    """What `command` prints, where that is known: an echo, or a here-document through cat or tee."""
    if command is None:
        return Made("unknown")
    name = (command.words[0].text or "").rpartition("/")[2] if command.words else ""
    if engine.lists.has("fetchers", name):
        return Made("fetched")
    if name in {"cat", "tee", ""}:
        body = here_text(command)
        if body is not None:
            return _of_word(engine, scene, body)
        if feeders:
            return fed_text(engine, scene, feeders[-1], ())
        return Made("unknown")
    if name in {"echo", "printf"}:
        views = known_output([command], scene, engine.viewer)
        if len(views) == 1 and views[0].sure in {"static", "deferred"}:
            return Made("text", views[0].text + "\n")
    return Made("unknown")


def _of_word(engine: "Engine", scene: "Scene", body: Word) -> Made:
    views = engine.viewer.views(body, scene)
    return Made("text", views[0].text) if len(views) == 1 and views[0].sure != "computed" else Made("unknown")


def here_text(command: Command) -> Word | None:
    """The text that a here-document or here-string gives to `command`, None where there is none."""
    bodies = [
        one.body for one in (*command.inherits, *command.redirects) if one.body is not None and one.fd in {"", "0"}
    ]
    return bodies[-1] if bodies else None
