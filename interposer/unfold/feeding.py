"""Programs and scripts that a tool is fed: text on stdin, output of other commands, files that it loads."""

from typing import TYPE_CHECKING

from interposer.lists import Lists
from interposer.places import Spot
from interposer.unfold import files, languages, making, nesting, pathing
from interposer.unfold.manner import Manner
from interposer.unfold.scene import Fed, View
from interposer.unfold.views import first_name
from interposer_argv.grammar import Slot
from interposer_shell.reading import Command, Dialect
from interposer_shell.word import Word, literal

if TYPE_CHECKING:
    from interposer.effects import Kind
    from interposer.unfold.engine import Call, Engine
    from interposer.unfold.scene import Scene

_DIALECTS: dict[str, Dialect] = {"sh": "sh", "dash": "dash", "ash": "dash", "zsh": "zsh"}
_STDIN = Manner("stdin", job=True)
_FED = Manner("stdin")
_NAMES = frozenset({"-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
_OWN_SCRIPT = frozenset({"shell", "code", "load", "script", "argv", "run"})
WHAT = {"remote-code": "text from the network", "hidden-text": "text that was hidden"}
"""What text of that detail is, for a person."""


def dialect_of(name: str) -> Dialect:
    """The dialect in which the shell `name` reads its text."""
    return _DIALECTS.get(name, "bash")


def origin_of(lists: Lists, feeders: list[Command]) -> str:
    """What output of `feeders` is as a program: `remote-code`, `hidden-text` or "" where nothing stands out."""
    names = {first_name(command, lists) for command in feeders}
    if any(lists.has("remote-readers", name) for name in names):
        return "remote-code"
    return "hidden-text" if any(lists.has("decoders", name) for name in names) else ""


def substituted(engine: "Engine", call: "Call", word: Word) -> str:
    """What output is substituted into `word`: `remote-code`, `hidden-text`, `computed` or "" (deferred only)."""
    reading = call.scene.reading
    for unknown in word.unknowns:
        if unknown.commands and reading is not None:
            found = origin_of(engine.lists, making.chain_of(reading.commands, unknown.commands))
            if found:
                return found
    computed = any(view.sure == "computed" for view in engine.viewer.views(word, call.scene))
    return "computed" if computed else ""


def upstream_scene(call: "Call") -> "Scene":
    """The scene in which the commands that feed `call` stand."""
    if call.fed is None or call.fed.reading is call.scene.reading:
        return call.scene
    scene = call.scene.copy()
    scene.reading = call.fed.reading
    return scene


def stdin(engine: "Engine", call: "Call") -> None:
    """A shell or interpreter without a script of its own reads one from stdin."""
    shell = engine.lists.has("shells", call.program.name) or _sources_stdin(call)
    kind = "shell" if shell else engine.lists.stdin_language(call.program.name)
    if not kind or not _reads_stdin(call, kind):
        return
    body = making.here_text(call.fed.command) if call.fed is not None else None
    if body is not None:
        _given(engine, call, body, kind)
    elif call.fed is not None and call.fed.feeders:
        _piped(engine, call, kind, call.fed)
    else:
        _from_file(engine, call, kind)


def _sources_stdin(call: "Call") -> bool:
    return call.program.name in {".", "source"} and any(word.text in _NAMES for word in call.words[1:2])


def _reads_stdin(call: "Call", kind: str) -> bool:
    if call.reading is None:
        return len(call.words) == 1 or _sources_stdin(call)
    if call.reading.ends:
        return False
    own = [
        one
        for one in call.reading.values
        if one.slot.kind in _OWN_SCRIPT and one.via != "env" and (one.job or one.slot.kind == "script")
    ]
    return all(one.word.text in _NAMES for one in own) and (kind != "script:make" or bool(own))


def _given(engine: "Engine", call: "Call", body: Word, kind: str) -> None:
    if kind == "shell":
        nesting.shell_text(engine, call, body, _STDIN)
    if kind in {"shell", "text"}:
        return
    language, _, detail = kind.partition(":")
    languages.script(engine, call, Slot(language, detail), body, _STDIN)


def _piped(engine: "Engine", call: "Call", kind: str, fed: Fed) -> None:
    chain = making.chain_of(fed.reading.commands, fed.command.stdin)
    source = Word((" | ".join(first_name(one, engine.lists) for one in reversed(chain)),), call.node.span)
    found = origin_of(engine.lists, chain)
    if found:
        kinds: Kind = "shell" if kind == "shell" else "code"
        engine.found(call, kinds, source, _FED, detail=found, why=f"{call.node.tool} runs {WHAT[found]}")
        return
    scene, cat = upstream_scene(call), fed.feeders[-1]
    made = making.fed_text(engine, scene, cat, tuple(fed.reading.commands[index] for index in cat.stdin))
    if made.how in files.UNREAD:
        detail, why = files.UNREAD[made.how]
        engine.found(call, "shell" if kind == "shell" else "code", source, _FED, detail=detail, why=why)
    elif made.how == "text":
        _given(engine, call, literal(made.text.rstrip("\n"), call.node.span), kind)
    elif kind == "shell" and _prints_files(engine, cat):
        for word in cat.words[1:]:
            files.script(engine, call, word, _FED)
    if kind == "shell" and (made.partly or not (made.how == "text" or _prints_files(engine, cat))):
        why = f"{call.node.tool} runs what another command prints"
        engine.found(call, "shell", source, _FED, detail="computed", why=why)
    elif made.unseen:
        call.node.findings.add("unread")


def _prints_files(engine: "Engine", command: Command) -> bool:
    return first_name(command, engine.lists) == "cat" and len(command.words) > 1


def _from_file(engine: "Engine", call: "Call", kind: str) -> None:
    redirects = (*call.fed.command.inherits, *call.fed.command.redirects) if call.fed else ()
    names = [one.target for one in redirects if one.op == "<" and one.fd in {"", "0"} and one.target is not None]
    if names and kind == "shell":
        files.script(engine, call, names[-1], _FED)
    elif not names:
        call.node.findings.add("reads-stdin")


def loaded(engine: "Engine", call: "Call", slot: Slot, words: tuple[Word, ...], manner: Manner) -> None:
    """A library, plugin, script or configuration file that the tool executes."""
    word = words[0]
    if word.text in {"-", ""}:
        return
    if slot.detail == "module" and manner.job:
        _module(engine, call, word)
        return
    shell = engine.lists.has("shells", call.program.name) or slot.detail == "shell"
    if slot.kind == "load" and manner.job and shell:
        files.script(engine, call, word, manner)
        return
    fed = substituted(engine, call, word) if word.unknowns else ""
    if fed in WHAT:
        why = f"{call.node.tool} runs {WHAT[fed]}"
        engine.found(call, "load" if slot.kind == "load" else "config", word, manner, detail=fed, why=why)
        return
    for view in engine.viewer.views(word, call.scene):
        _load(engine, call, slot, word, view, manner)


def _is_installed(engine: "Engine", path: str) -> bool:
    """Whether `path` lies where no agent can have put anything."""
    home = engine.terrain.home
    listed = f"~{path[len(home) :]}" if home and path.startswith(home + "/") else path
    return engine.lists.has("installed", listed)


def _load(engine: "Engine", call: "Call", slot: Slot, word: Word, view: View, manner: Manner) -> None:
    spot = engine.terrain.spot(view.text, call.scene.folder.path) if view.text else Spot("")
    listed = bool(view.text) and engine.lists.has(f"{call.node.tool}-plugins", view.text)
    installed = slot.kind == "load" and view.sure == "static" and _is_installed(engine, spot.path)
    if not manner.job and (listed or installed):
        return
    made = making.obeyed_at(call, spot.path)
    code = engine.lists.stdin_language(call.program.name)
    detail = why = ""
    if made is not None and made.how in files.UNREAD:
        detail, why = files.UNREAD[made.how]
    elif view.sure == "computed" and not manner.job:
        detail = "computed"
    elif manner.job and slot.kind == "load" and not code.startswith("code:") and not files.safe(spot):
        detail = "unread"
    pathing.at(engine, call, "load" if slot.kind == "load" else "config", word, manner, spot, detail, why)
    if manner.job and made is not None and made.how == "text" and slot.kind == "load" and code:
        kind, _, name = code.partition(":")
        languages.script(engine, call, Slot(kind, name), literal(made.text, call.span_of(word)), manner)


def _module(engine: "Engine", call: "Call", word: Word) -> None:
    """`python -m pytest ARGS` is pytest with those arguments, where that is a listed tool."""
    engine.found(call, "load", word, Manner("option", "-m", job=True))
    file = literal((word.text or "").replace(".", "/") + ".py", word.span)
    if call.scene.made and making.made_at(call.scene, f"{call.scene.folder.path}/{file.text}") is not None:
        loaded(engine, call, Slot("load"), (file,), Manner("option", "-m", job=True))
    if call.reading is None or not word.text or engine.rulebook.find(word.text) is None:
        return
    rest = tuple(each for one in call.reading.values if one.slot.kind == "rest" for each in one.words)
    engine.program((word, *rest), nesting.nested_scene(engine, call), locus=call.locus or call.node.span)
