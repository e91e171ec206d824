"""Files that a text makes for its own later commands: here-documents, echoes, downloads, copies."""

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from interposer.unfold.scene import Made
from interposer.unfold.views import first_name, known_output
from interposer_shell.reading import Command, Redirect
from interposer_shell.word import Word

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine
    from interposer.unfold.scene import Scene

_NAMING = frozenset({"wget", "aria2c", "axel", "lwp-download"})
_OUTPUT = frozenset({"-O", "-o", "--output-document"})
_REMOTE_NAME = frozenset({"-O", "--remote-name", "--remote-name-all", "-J", "--remote-header-name"})
_COPIERS = frozenset({"cp", "mv", "ln", "install"})
_PIPES = frozenset({"mkfifo", "mknod"})
_STDIN = frozenset({"/dev/stdin", "-", "/dev/fd/0", "/proc/self/fd/0"})
_AFAR = re.compile(r"^(?:[\w.@-]+:(?!\\)|\w+://)")
_FETCHING = re.compile(r"https?://|ftp://|urlopen|urlretrieve|requests\.|\bfetch\(|open-uri|Net::HTTP|LWP|httpx")
_UNPACKED = (".gz", ".xz", ".bz2", ".zst", ".lz4", ".lzma", ".Z", ".gpg", ".asc", ".b64", ".enc", ".uu")
_BLIND = frozenset({"fetched", "hidden"})


def written(engine: "Engine", call: "Call", path: str) -> None:
    """A write to `path` by a slot of `call`: what the file is from now on."""
    name, made = call.program.name, call.scene.made
    if name in _COPIERS:
        _copied(engine, call, path)
    elif name in _PIPES:
        made[path] = Made("pipe")
    elif path == call.scene.folder.path or engine.terrain.spot(path, "/").whole:
        _arrived(engine, call, path)
    elif engine.lists.has("fetchers", name) or _from_afar(engine, call):
        made[path] = Made("fetched")
        _arrived(engine, call, path)
    else:
        _put(engine, call, path)


def _put(engine: "Engine", call: "Call", path: str) -> None:
    """A file that a tool fills from its stdin, from other files or from what stands in its argv."""
    made = call.scene.made
    chain = _chain(call)
    how = _blind(engine, call.scene, [*chain, *([call.command] if call.command else [])])
    if how:
        made[path] = Made(how)
    elif call.fed is not None and engine.lists.has("stdin-writers", call.program.name):
        made[path] = fed_text(engine, call.scene, call.command, call.fed.feeders)
    elif path not in made:
        made[path] = Made("unknown")


def _chain(call: "Call") -> list[Command]:
    """The commands that feed `call`, nearest first."""
    if call.fed is None:
        return []
    return chain_of(call.fed.reading.commands, call.fed.command.stdin)


def chain_of(commands: tuple[Command, ...], indices: tuple[int, ...]) -> list[Command]:
    """The commands at `indices` and all that feed them."""
    seen: dict[int, Command] = {}
    waiting = list(indices)
    while waiting:
        index = waiting.pop()
        if index not in seen and index < len(commands):
            seen[index] = commands[index]
            waiting += commands[index].stdin
    return list(seen.values())


def _blind(engine: "Engine", scene: "Scene", commands: list[Command]) -> Literal["fetched", "hidden", ""]:
    """Whether what `commands` put out comes from the network or was hidden: nobody has read it."""
    names = [first_name(command, engine.lists) for command in commands]
    passed = {_made_of(scene, word) for command in commands for word in _inputs(command)}
    if "fetched" in passed or any(_fetches(engine, name, one) for name, one in zip(names, commands, strict=True)):
        return "fetched"
    hidden = "hidden" in passed or any(engine.lists.has("decoders", name) for name in names)
    return "hidden" if hidden else ""


def _fetches(engine: "Engine", name: str, command: Command) -> bool:
    if engine.lists.has("remote-readers", name) or engine.lists.has("fetchers", name):
        return True
    inline = engine.lists.stdin_language(name).startswith("code:")
    return inline and any(_FETCHING.search(word.source) for word in command.words[1:])


def _inputs(command: Command) -> tuple[Word, ...]:
    given = tuple(one.target for one in command.redirects if one.op == "<" and one.target is not None)
    return tuple(word for word in command.words[1:] if not word.head.startswith("-")) + given


def _made_of(scene: "Scene", word: Word) -> str:
    text = word.text or ""
    made = made_at(scene, posixpath.normpath(posixpath.join(scene.folder.path, text))) if text else None
    return made.how if made is not None else ""


def made_at(scene: "Scene", path: str) -> Made | None:
    """What the text made at `path`, or what it made there before a compressed or encoded file was unpacked."""
    made = scene.made.get(path)
    if made is not None:
        return made
    packed = (scene.made.get(path + suffix) for suffix in _UNPACKED)
    return next((one for one in packed if one is not None and one.how in _BLIND), None)


def obeyed_at(call: "Call", path: str) -> Made | None:
    """What the text made at `path`, where `call` obeys it: `unread` is found where the text does not show all of it."""
    made = made_at(call.scene, path)
    if made is not None and made.unseen:
        call.node.findings.add("unread")
    return made


def _from_afar(engine: "Engine", call: "Call") -> bool:
    if not engine.lists.has("remote-copiers", call.program.name):
        return False
    operands = [word.head for word in call.words[1:] if not word.head.startswith("-")]
    return any(_AFAR.match(text) for text in operands[:-1])


def _arrived(engine: "Engine", call: "Call", folder: str) -> None:
    """Files that a transfer puts into `folder`, named as they are called where they come from."""
    if not engine.lists.has("fetchers", call.program.name) and not _from_afar(engine, call):
        return
    for word in call.words[1:]:
        text = (word.text or "").partition("?")[0]
        name = posixpath.basename(text.rpartition(":")[2])
        if _AFAR.match(text) and name:
            call.scene.made[posixpath.join(folder, name)] = Made("fetched")


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
    words = [word for word in call.words[1:] if not word.head.startswith("-")]
    sources = [view.text for word in words for view in engine.viewer.views(word, call.scene) if view.sure == "static"]
    if len(sources) < 2:  # noqa: PLR2004 - a source and a target
        return
    for text in sources:
        source = posixpath.normpath(posixpath.join(call.scene.folder.path, text))
        if source != path:
            copy = _copy(engine, call, text, source)
            call.scene.made[posixpath.join(path, posixpath.basename(source))] = copy
            if source == posixpath.normpath(posixpath.join(call.scene.folder.path, sources[0])):
                _renamed_shell(engine, call, source, path)
                call.scene.made[path] = copy


def _copy(engine: "Engine", call: "Call", text: str, source: str) -> Made:
    link = source if call.program.name == "ln" else ""
    if text in _STDIN and call.fed is not None:
        return _passed(engine, call.scene, call.fed.command, call.fed.feeders, "")
    made = made_at(call.scene, source)
    if made is not None:
        return replace(made, link=link)
    inside = engine.terrain.spot(source, "/").place in {"bin", "system"}
    return Made("copy" if inside else "unknown", source=source if inside else "", link=link)


def _renamed_shell(engine: "Engine", call: "Call", source: str, path: str) -> None:
    name, target = posixpath.basename(source), posixpath.basename(path)
    if not engine.lists.has("shells", name) or target in {name, ""} or engine.terrain.spot(path, "/").whole:
        return
    if not call.words[-1].head.endswith(("/", ".")):
        copy = Word((f"{source} as {path}",), call.words[-1].span)
        engine.found(call, "run", copy, nested="path", why="a shell under another name")


def redirected(engine: "Engine", command: Command, scene: "Scene", path: str, redirect: Redirect) -> None:
    """Output of `command`, or of the compound that `redirect` stands behind, goes to `path`."""
    commands = scene.reading.commands if scene.reading else (command,)
    writers = [one for one in commands if any(each is redirect for each in (*one.inherits, *one.redirects))]
    pieces = [
        fed_text(engine, scene, one, tuple(commands[index] for index in one.stdin)) for one in writers or [command]
    ]
    before = scene.made.get(path)
    if redirect.op == ">>" and before is not None:
        pieces.insert(0, before)
    scene.made[path] = _together(pieces)


def _together(pieces: list[Made]) -> Made:
    """Pieces of one file: what nobody has read taints the whole; of the rest, what is known counts."""
    blind = next((one for one in pieces if one.how in _BLIND), None)
    known = [one.text for one in pieces if one.how == "text"]
    partly = any(one.unseen for one in pieces)
    return blind or (Made("text", "".join(known), partly=partly) if known else pieces[-1])


def fed_text(engine: "Engine", scene: "Scene", command: Command | None, feeders: tuple[Command, ...]) -> Made:
    """What `command` prints, where that is known: an echo, or a here-document or file through cat or tee."""
    if command is None:
        return Made("unknown")
    commands = scene.reading.commands if scene.reading else ()
    how = _blind(engine, scene, [command, *feeders, *chain_of(commands, command.stdin)])
    if how:
        return Made(how)
    name = first_name(command, engine.lists)
    if name in {"echo", "printf"}:
        views = known_output([command], scene, engine.viewer)
        if len(views) == 1 and views[0].sure in {"static", "deferred"}:
            return Made("text", views[0].text + "\n")
        return Made("unknown")
    if name and not engine.lists.has("stdin-writers", name) and name not in {"cat", "pv"}:
        return Made("unknown")
    return _passed(engine, scene, command, feeders, name)


def _passed(engine: "Engine", scene: "Scene", command: Command, feeders: tuple[Command, ...], name: str) -> Made:
    """What a command that passes its input on puts out."""
    body = here_text(command)
    if body is not None:
        return _of_word(engine, scene, body)
    if name == "cat" and len(command.words) > 1:
        found = [scene.made.get(_absolute(scene, word)) for word in command.words[1:]]
        return _together([one for one in found if one is not None] or [Made("unknown")])
    return fed_text(engine, scene, feeders[-1], ()) if feeders else Made("unknown")


def _absolute(scene: "Scene", word: Word) -> str:
    return posixpath.normpath(posixpath.join(scene.folder.path, word.text or ""))


def _of_word(engine: "Engine", scene: "Scene", body: Word) -> Made:
    views = engine.viewer.views(body, scene)
    return Made("text", views[0].text) if len(views) == 1 and views[0].sure != "computed" else Made("unknown")


def here_text(command: Command) -> Word | None:
    """The text that a here-document or here-string gives to `command`, None where there is none."""
    bodies = [
        one.body for one in (*command.inherits, *command.redirects) if one.body is not None and one.fd in {"", "0"}
    ]
    return bodies[-1] if bodies else None
