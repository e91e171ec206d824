"""Programs and scripts that a tool is fed: files it loads, text on stdin, output of other commands."""

import posixpath
from typing import TYPE_CHECKING

from interposer.effects import Effect, Kind
from interposer.unfold import making, slots
from interposer.unfold.scene import Fed
from interposer.unfold.views import first_name, known_output
from interposer_argv.grammar import Slot, Via
from interposer_shell.reading import Command, Dialect
from interposer_shell.word import Word, literal

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine
    from interposer.unfold.scene import Scene

_REMOTE = frozenset({"curl", "wget", "aria2c", "http", "https", "xh", "fetch", "lynx", "links", "w3m", "nc", "ncat", "netcat", "socat", "ftp", "telnet", "lwp-request", "GET", "dig", "nslookup"})  # fmt: skip
_HIDING = frozenset({"base64", "base32", "basenc", "xxd", "openssl", "rev", "gunzip", "zcat", "uudecode", "bzcat", "xzcat", "gpg", "gzip", "od", "tac", "mdls", "exiftool"})  # fmt: skip
_DIALECTS: dict[str, Dialect] = {"sh": "sh", "dash": "dash", "ash": "dash", "zsh": "zsh"}
_SHELL_LIKE = frozenset({"sh", "bash", "dash", "zsh", "ash", "ksh", "mksh", "rbash"})


def dialect_of(name: str) -> Dialect:
    """The dialect in which the shell `name` reads its text."""
    return _DIALECTS.get(name, "bash")


def origin_of(feeders: list[Command]) -> str:
    """What output of `feeders` is as a program: `remote-code`, `hidden-text` or "" where nothing stands out."""
    names = {first_name(command) for command in feeders}
    if names & _REMOTE:
        return "remote-code"
    return "hidden-text" if names & _HIDING else ""


def substituted(engine: "Engine", call: "Call", word: Word) -> str:
    """What output is substituted into `word`: `remote-code`, `hidden-text`, `computed` or "" (deferred only)."""
    reading = call.scene.reading
    for unknown in word.unknowns:
        if unknown.commands and reading is not None:
            found = origin_of(_upstream(reading.commands, unknown.commands))
            if found:
                return found
    if any(view.sure == "computed" for view in engine.viewer.views(word, call.scene)):
        return "computed"
    return ""


def _upstream(commands: tuple[Command, ...], indices: tuple[int, ...]) -> list[Command]:
    seen: dict[int, Command] = {}
    waiting = list(indices)
    while waiting:
        index = waiting.pop()
        if index in seen or index >= len(commands):
            continue
        seen[index] = commands[index]
        waiting += commands[index].stdin
    return list(seen.values())


def stdin(engine: "Engine", call: "Call") -> None:
    """A shell or interpreter without a script of its own reads one from stdin."""
    name, fed = call.program.name, call.fed
    shell = engine.lists.has("shells", name)
    kind = "shell" if shell else engine.lists.stdin_language(name)
    if not kind or kind == "text" or not _reads_stdin(call):
        return
    body = making.here_text(fed.command) if fed is not None else None
    if body is not None:
        _given(engine, call, body, kind)
    elif fed is not None and fed.feeders:
        _piped(engine, call, kind, fed)
    else:
        _from_file(engine, call, kind)


def upstream_scene(call: "Call") -> "Scene":
    """The scene in which the commands that feed `call` stand."""
    if call.fed is None or call.fed.reading is call.scene.reading:
        return call.scene
    scene = call.scene.copy()
    scene.reading = call.fed.reading
    return scene


def _reads_stdin(call: "Call") -> bool:
    if call.reading is None:
        return len(call.words) == 1
    if call.reading.ends:
        return False
    own = [
        one
        for one in call.reading.values
        if one.slot.kind in {"shell", "code", "load", "script", "argv", "run"}
        and one.via != "env"
        and (one.job or one.slot.kind == "script")
    ]
    return not own or all(one.word.text in {"-", "/dev/stdin"} for one in own)


def _given(engine: "Engine", call: "Call", body: Word, kind: str) -> None:
    if kind == "shell":
        slots.text(engine, call, body, "stdin", "", slots.Manner(job=True))
        return
    language, _, detail = kind.partition(":")
    slots.language(engine, call, Slot(language, detail), body, "stdin", "", job=True)


def _piped(engine: "Engine", call: "Call", kind: str, fed: Fed) -> None:
    upstream = _upstream(fed.reading.commands, fed.command.stdin)
    found = origin_of(upstream)
    if found:
        what = "text from the network" if found == "remote-code" else "text that was hidden"
        source = " | ".join(first_name(one) for one in reversed(upstream))
        kinds: Kind = "shell" if kind == "shell" else "code"
        engine.add(call.node, call.scene, kinds, source, via="stdin", detail=found, why=f"{call.node.tool} runs {what}")
        return
    views = known_output(list(fed.feeders), upstream_scene(call), engine.viewer)
    if kind != "shell":
        if len(views) == 1 and views[0].sure == "static":
            _given(engine, call, literal(views[0].text, call.node.span), kind)
        return
    cat = fed.feeders[-1]
    if first_name(cat) == "cat" and len(cat.words) > 1:
        for word in cat.words[1:]:
            script_file(engine, call, word, "stdin", "")
    elif len(views) == 1 and views[0].sure in {"static"}:
        _given(engine, call, literal(views[0].text, call.node.span), kind)
    else:
        engine.add(
            call.node,
            call.scene,
            "shell",
            " | ".join(first_name(one) for one in upstream),
            via="stdin",
            detail="computed",
            why=f"{call.node.tool} runs what another command prints",
        )


def _from_file(engine: "Engine", call: "Call", kind: str) -> None:
    command = call.fed.command if call.fed else None
    files = (
        [one.target for one in (*command.inherits, *command.redirects) if one.op == "<" and one.fd in {"", "0"}]
        if command
        else []
    )
    if files and files[-1] is not None and kind == "shell":
        script_file(engine, call, files[-1], "stdin", "")
    elif not files:
        call.node.findings.add("reads-stdin")


def loaded(
    engine: "Engine", call: "Call", slot: Slot, words: tuple[Word, ...], via: Via, option: str, *, job: bool
) -> None:
    """A library, plugin, script or configuration file that the tool executes."""
    word = words[0]
    if word.text in {"-", ""}:
        return
    if slot.detail == "module" and job:
        _module(engine, call, word)
        return
    if slot.kind == "load" and job and (engine.lists.has("shells", call.program.name) or slot.detail == "shell"):
        script_file(engine, call, word, via, option)
        return
    fed = substituted(engine, call, word) if word.unknowns else ""
    if fed in {"remote-code", "hidden-text"}:
        engine.add(
            call.node,
            call.scene,
            "load" if slot.kind == "load" else "config",
            word.source,
            via=via,
            option=option,
            span=call.span_of(word),
            detail=fed,
            why=f"{call.node.tool} runs text from elsewhere",
        )
        return
    for view in engine.viewer.views(word, call.scene):
        _load_one(engine, call, slot, word, view.text, view.sure, via, option, job=job)


def _load_one(
    engine: "Engine", call: "Call", slot: Slot, word: Word, text: str, sure: str, via: Via, option: str, *, job: bool
) -> None:
    spot = engine.terrain.spot(text, call.scene.folder.path) if text else None
    made = call.scene.made.get(spot.path) if spot else None
    detail = "fetched-file" if made is not None and made.how == "fetched" else ""
    if not detail and sure == "computed" and not job:
        detail = "computed"
    if not detail and not job and text and engine.lists.has(f"{call.node.tool}-plugins", text):
        return
    code = engine.lists.stdin_language(call.program.name).startswith("code:")
    if not detail and job and not code and slot.kind == "load" and spot is not None and spot.place not in _SAFE_SCRIPTS:
        detail = "unread"
    why = "a file from the network is run unread" if detail == "fetched-file" else ""
    kind: Kind = "load" if slot.kind == "load" else "config"
    effect = Effect(
        kind,
        word.source,
        via,
        job,
        call.node.tool,
        option,
        call.span_of(word),
        call.scene.origin,
        spot.place if spot else "",
        detail=detail,
        why=why,
    )
    engine.put(call.node, effect)
    if job and made is not None and made.how == "text" and slot.kind == "load":
        language = engine.lists.stdin_language(call.program.name)
        kind_name, _, name = language.partition(":")
        if kind_name in {"code", "script"}:
            slots.language(
                engine, call, Slot(kind_name, name), literal(made.text, call.span_of(word)), via, option, job=True
            )


def _module(engine: "Engine", call: "Call", word: Word) -> None:
    engine.add(call.node, call.scene, "load", word.source, via="option", job=True, option="-m", span=call.span_of(word))
    rule = engine.rulebook.find(word.text) if word.text else None
    if rule is None or call.reading is None:
        return
    rest = tuple(each for one in call.reading.values if one.slot.kind == "rest" for each in one.words)
    call.scene.depth += 1
    engine.program((word, *rest), call.scene, via="option", locus=call.locus or call.node.span)
    call.scene.depth -= 1


def script_file(engine: "Engine", call: "Call", word: Word, via: Via, option: str) -> None:
    """A shell script named by path: read where it can be read, else judged by where it lies."""
    fed = substituted(engine, call, word) if word.unknowns else ""
    if fed in {"remote-code", "hidden-text"}:
        engine.add(
            call.node,
            call.scene,
            "shell",
            word.source,
            via=via,
            option=option,
            span=call.span_of(word),
            detail=fed,
            why=f"{call.node.tool} runs text from the network",
        )
        return
    for view in engine.viewer.views(word, call.scene):
        if view.sure == "deferred":
            call.node.findings.add("deferred")
        elif view.sure == "computed":
            engine.add(
                call.node,
                call.scene,
                "load",
                word.source,
                via=via,
                job=True,
                option=option,
                span=call.span_of(word),
                detail="computed",
                why=f"{call.node.tool} runs a script whose name is not known",
            )
        elif view.text:
            _script_at(engine, call, word, view.text, via, option)


_SAFE_SCRIPTS = frozenset(
    {"project", "home", "outside", "bin", "startup", "env-file", "git-internals", "agent", "null"}
)
"""Where the agent cannot have put a script unseen: the project (read when it runs), a person's own folders."""


def _script_at(engine: "Engine", call: "Call", word: Word, text: str, via: Via, option: str) -> None:
    spot = engine.terrain.spot(text, call.scene.folder.path)
    span = call.span_of(word)
    made = call.scene.made.get(spot.path)
    if made is not None and made.how == "fetched":
        engine.add(
            call.node,
            call.scene,
            "load",
            text,
            via=via,
            job=True,
            option=option,
            span=span,
            detail="fetched-file",
            why="a file from the network is run unread",
        )
        return
    if made is not None and made.how == "text":
        _run_text(engine, call, made.text, span, fresh=True)
        return
    known = engine.world.text(spot.path)
    if known is not None:
        _run_text(engine, call, known.text, span, fresh=known.fresh)
        return
    call.node.findings.add("unread")
    detail = "" if spot.place in _SAFE_SCRIPTS or call.scene.folder.sure != "static" else "unread"
    effect = Effect(
        "load",
        text,
        via,
        True,
        call.node.tool,
        option,
        span,
        call.scene.origin,
        spot.place,
        detail=detail,
        why="a script outside the project that cannot be read" if detail else "",
    )  # noqa: FBT003 - the field is named in the class
    engine.put(call.node, effect)


def _run_text(engine: "Engine", call: "Call", text: str, span: tuple[int, int], *, fresh: bool) -> None:
    scene = engine.with_origin(call.scene, "agent" if fresh else "tool")
    scene.arguments = None
    engine.script(text, scene, dialect=dialect_of(call.program.name), locus=call.locus or span)


def sourced(engine: "Engine", call: "Call") -> None:
    """`source FILE`: as if the file's text stood here."""
    words = [word for word in call.words[1:] if word.text != "--"]
    if not words:
        return
    if words[0].text in {"/dev/stdin", "-"}:
        return
    script_file(engine, call, words[0], "operand", "")


def started_file(engine: "Engine", call: "Call") -> None:
    """A program named by path: a file of the text's own making, or a script that can be read."""
    made, path = call.program.made, call.program.path
    span = call.span_of(call.words[0])
    if made is not None and made.how == "fetched":
        engine.add(
            call.node,
            call.scene,
            "load",
            call.words[0].source,
            job=True,
            span=span,
            detail="fetched-file",
            why="a file from the network is run unread",
        )
        return
    if made is not None and made.how == "copy" and posixpath.basename(made.source) != posixpath.basename(path):
        engine.add(
            call.node,
            call.scene,
            "run",
            call.words[0].source,
            span=span,
            nested="path",
            why=f"it is {made.source} under another name",
        )
        return
    if made is not None and made.how == "text":
        _shebang(engine, call, made.text, span, fresh=True)
        return
    known = engine.world.text(path)
    if known is not None and known.text.startswith("#!"):
        _shebang(engine, call, known.text, span, fresh=known.fresh)


def _shebang(engine: "Engine", call: "Call", text: str, span: tuple[int, int], *, fresh: bool) -> None:
    first = text.partition("\n")[0]
    names = [posixpath.basename(piece) for piece in first[2:].split()] if first.startswith("#!") else ["sh"]
    name = next((piece for piece in names if piece != "env" and not piece.startswith("-")), "")
    if name in _SHELL_LIKE:
        scene = engine.with_origin(call.scene, "agent" if fresh else "tool")
        scene.arguments = None
        engine.script(text, scene, dialect=dialect_of(name), locus=call.locus or span)
        return
    language = engine.lists.stdin_language(name)
    kind, _, detail = language.partition(":")
    if fresh and kind in {"code", "script"}:
        slots.language(engine, call, Slot(kind, detail), literal(text, span), "operand", "", job=True)
