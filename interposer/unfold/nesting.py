"""Commands inside commands: judged recursively, and classed by the worst that they run."""

from typing import TYPE_CHECKING

from interposer.effects import Kind
from interposer.unfold import feeding, making
from interposer.unfold.manner import Manner
from interposer.unfold.node import Node, worst_class
from interposer.unfold.scene import View
from interposer.unfold.splitting import split_words, with_filled
from interposer.unfold.views import exact, known_output
from interposer_argv.scripts import Found
from interposer_shell.word import Unknown, Word, literal

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine
    from interposer.unfold.scene import Scene

_SHELL_MARKS = frozenset(";&|<>`$(){}\n#")
_PLAIN = Manner()
_RUNS = frozenset({"shell", "run", "load"})


def command(engine: "Engine", call: "Call", kind: str, words: tuple[Word, ...], manner: Manner) -> None:
    """A command in an `argv`, `words` or `run` slot."""
    if kind == "argv" and len(words) > 1 and words[0].text in {"-c", "--command"}:
        shell_text(engine, call, words[1], manner)
        return
    given = split_words(words[0]) if kind == "words" else words
    if given and given[0].text == "--":
        given = given[1:]
    named = given
    given = _filled(engine, call, given, manner)
    if not given:
        return
    if named and given[0] != named[0]:
        given = (Word((Unknown("computed", named[0].source),), named[0].span), *given[1:])
    span = call.span_of(words[0])[0], call.span_of(words[-1])[1]
    nodes = engine.program(given, nested_scene(engine, call, manner), locus=call.locus or span)
    _privileged(engine, call, nodes)
    note(engine, call, "run", Word(_joined(words), span), nodes, manner)


def _joined(words: tuple[Word, ...]) -> tuple[str | Unknown, ...]:
    return tuple(part for index, word in enumerate(words) for part in ((" ",) if index else ()) + word.parts)


def nested_scene(engine: "Engine", call: "Call", manner: Manner = _PLAIN) -> "Scene":
    """The scene of what `call` starts: its own variables, another machine's files where it leads there."""
    scene = call.scene.copy()
    scene.variables |= call.prefixed
    scene.passed = frozenset(call.prefixed) if call.passes else frozenset()
    scene.fed = call.fed
    scene.filled = scene.filled or bool(manner.fills or manner.appends)
    if not scene.through and manner.option and not manner.job:
        scene.through = manner.option
    leaves = call.reading is not None and any(one.does.effect == "escape" for one in call.reading.acts)
    if leaves and not engine.lists.has("local-escapes", call.program.name):
        scene.elsewhere, scene.made = True, dict(scene.made)
    return scene


def _filled(engine: "Engine", call: "Call", words: tuple[Word, ...], manner: Manner) -> tuple[Word, ...]:
    """`words` with what the tool puts in; text for a shell made from data is never known, whatever the data is."""
    if not words or not (manner.fills or manner.appends):
        return words
    if engine.lists.has("shells", (words[0].text or "").rpartition("/")[2]):
        filling = Word((Unknown("computed", manner.fills or "stdin", many=not manner.fills),), many=not manner.fills)
    elif _judged_by_name(engine, call, words[0]):
        call.node.findings.add("deferred")
        return words
    else:
        filling = _filling(engine, call, manner)
    return with_filled(words, manner.fills, filling) if manner.fills else (*words, filling)


def _judged_by_name(engine: "Engine", call: "Call", program: Word) -> bool:
    """Whether each command that a shim's tool makes from its stdin comes to a shim of its own, with all its words."""
    name = program.text or ""
    if not engine.shimmed or call.node.depth or "/" in name or engine.rulebook.find(name) is None:
        return False
    return call.rule is None or call.rule.grammar.style != "find"


def _filling(engine: "Engine", call: "Call", manner: Manner) -> Word:
    """What the tool puts in: what its start points hold (find), or what it is fed (xargs)."""
    text = manner.fills or "stdin"
    if manner.option and call.rule is not None and call.reading is not None:
        style = call.rule.grammar.style
        if style == "find" or any(slot.kind == "dir" for slot in call.rule.grammar.operands.slots):
            values = call.reading.values
            points = [one.word for one in values if one.slot.kind == "dir" and one.via == "operand"] or [literal(".")]
            views = [view for word in points for view in engine.viewer.views(word, call.scene)]
            narrowed = call.reading.filtered or style != "find"
            named = [view for one in views for view in _named(engine, call, one)] if style == "find" else []
            return _choices(text, ([_below(view) for view in views] if narrowed else views) + named)
    if call.fed is not None and call.fed.feeders:
        views = list(known_output(list(call.fed.feeders), feeding.upstream_scene(call), engine.viewer))
        if views and all(view.sure in {"static", "glob"} for view in views):
            return _choices(text, views)
    indices = call.command.stdin if call.command else ()
    return Word((Unknown("computed", text, many=not manner.fills, commands=indices),), many=not manner.fills)


def _named(engine: "Engine", call: "Call", point: View) -> list[View]:
    """Secrets below a start point of find that its `-name` asks for."""
    values = call.reading.values if call.reading is not None else ()
    names = [one.word.text for one in values if one.option in {"-name", "-iname"} and one.word.text]
    top = engine.terrain.spot(point.text, call.scene.folder.path).path
    return [View(path) for name in names if name.strip("*") for path in engine.terrain.secrets_below(top, name)][:8]


def _below(view: View) -> View:
    return View(view.text.rstrip("/") + "/?*", "glob" if view.sure == "static" else view.sure)


def _choices(text: str, views: list[View]) -> Word:
    values = tuple(_as_word(view) for view in views)
    return Word((Unknown("loop", text, values=values),)) if len(values) != 1 else Word(values[0].parts)


def _as_word(view: View) -> Word:
    match view.sure:
        case "static":
            return literal(view.text)
        case "glob":
            return Word((Unknown("glob", view.text),))
        case "deferred":
            return Word((Unknown("env", view.text or "$?", name=" "),))
        case "computed":
            return Word((Unknown("computed", view.text or "$(?)"),))


def shell_text(engine: "Engine", call: "Call", word: Word, manner: Manner) -> None:
    """Text for a shell: read, and every command in it judged."""
    if manner.fills:
        (word,) = with_filled((word,), manner.fills, _filling(engine, call, manner))
    if word.text is not None and not word.text.strip():
        return
    views = engine.viewer.views(word, call.scene)
    if _rewritten(engine, call, word) or any(
        view.sure == "computed" or (view.sure == "deferred" and not _static(word)) for view in views
    ):
        _computed(engine, call, word, manner)
        return
    for view in views:
        text = view.text
        if view.sure == "deferred":
            call.node.findings.add("deferred")
            text = "".join(part if isinstance(part, str) else _known(engine, call.scene, part) for part in word.parts)
        _read(engine, call, _unpiped(text), word, manner)


def _rewritten(engine: "Engine", call: "Call", word: Word) -> bool:
    """Whether the text begins with output of a command that is not printed as it stands in the script."""
    first = word.parts[0]
    reading = call.scene.reading
    if isinstance(first, str) or not first.commands or reading is None:
        return False
    return not exact(making.chain_of(reading.commands, first.commands), engine.lists)


def _unpiped(text: str) -> str:
    """The text behind a leading `|`: by that mark less, psql and others tell a program from a file name."""
    return text.lstrip().lstrip("|-") if text.lstrip().startswith("|") else text


def _static(word: Word) -> bool:
    """Whether any of the text is known: a text that is wholly a variable is never left to a later look."""
    return any(isinstance(part, str) and part.strip() for part in word.parts)


def _known(engine: "Engine", scene: "Scene", unknown: Unknown) -> str:
    views = engine.viewer.views(Word((unknown,)), scene)
    return views[0].text if views[0].sure == "static" else "deferred_value"


def _computed(engine: "Engine", call: "Call", word: Word, manner: Manner) -> None:
    detail = feeding.substituted(engine, call, word) or "computed"
    known = {"remote-code": "text from the network", "hidden-text": "text that was hidden"}
    engine.found(
        call,
        "shell",
        word,
        manner,
        detail=detail,
        why=f"a shell would run {known.get(detail, 'unknown text')}",
        job=False,
    )


def _read(engine: "Engine", call: "Call", text: str, word: Word, manner: Manner) -> None:
    scene = nested_scene(engine, call, manner)
    scene.arguments = _arguments(call, text)
    shell = manner.job and engine.lists.has("shells", call.program.name)
    dialect = feeding.dialect_of(call.program.name) if shell else "bash"
    nodes = engine.script(text, scene, dialect=dialect, locus=call.span_of(word))
    plain = not manner.scripted and not any(char in _SHELL_MARKS for char in text)
    kind: Kind = "run" if plain else "shell"
    note(engine, call, kind, word, nodes, manner)


def _arguments(call: "Call", text: str) -> tuple[Word, ...] | None:
    if call.reading is None or not text:
        return None
    rest = tuple(each for one in call.reading.values if one.slot.kind == "rest" for each in one.words)
    if any(word.many for word in rest):
        return None
    return rest or (literal(call.program.name),)


def note(engine: "Engine", call: "Call", kind: Kind, word: Word, nodes: list[Node], manner: Manner) -> None:
    """Note that `call` runs `nodes`; harmless where that is its job."""
    detail = "commands" if manner.commands and not manner.job else ""
    engine.found(call, kind, word, manner, detail=detail, nested=worst_class(nodes))
    if manner.job and call.node.kind in {"wrapper", "ordinary", "read-only"}:
        call.node.kind = worst_class([call.node, *nodes])
    elif manner.job and call.node.kind == "unlisted":
        call.node.kind = worst_class(nodes) or "unlisted"


def _bare_shell(engine: "Engine", nodes: list[Node]) -> bool:
    """Whether the command is a shell that was given nothing to run."""
    return (
        bool(nodes)
        and engine.lists.has("shells", nodes[0].tool)
        and not any(one.kind in _RUNS for one in nodes[0].effects)
    )


def _privileged(engine: "Engine", call: "Call", nodes: list[Node]) -> None:
    if engine.lists.has("privilege", call.program.name) and _bare_shell(engine, nodes):
        why = "a shell with another user's rights"
        engine.found(call, "privilege", nodes[0].words[0], detail="privileged-shell", why=why)


def user_shell(engine: "Engine", call: "Call") -> None:
    """A command that opens another user's shell unless it is given something to run (`su -`)."""
    if not engine.lists.has("user-shells", call.program.name) or (call.reading is not None and call.reading.ends):
        return
    if not any(one.kind in _RUNS for one in call.node.effects):
        engine.found(
            call, "privilege", call.words[0], detail="privileged-shell", why="a shell with another user's rights"
        )


def from_code(engine: "Engine", call: "Call", one: Found, words: tuple[Word, ...], manner: Manner) -> None:
    """A command that literal code starts: judged as if typed; a bare shell for somebody to type into is refused."""
    scene = call.scene.copy()
    locus = call.span_of(words[0])
    if one.slot.kind == "shell":
        views = engine.viewer.views(words[0], scene)
        if len(views) != 1 or views[0].sure == "computed":
            return
        nodes = engine.script(views[0].text, scene, locus=locus)
    else:
        given = split_words(words[0]) if one.slot.kind == "words" else words
        if not given:
            return
        nodes = engine.program(given, scene, locus=locus)
    if _bare_shell(engine, nodes):
        why = f"{one.what} starts a shell for somebody to type into"
        engine.found(call, "shell", words[0], manner, nested="shell", why=why, job=False)
