"""Commands inside commands: judged recursively, and classed by the worst that they run."""

from typing import TYPE_CHECKING

from interposer.effects import Kind
from interposer.unfold import feeding
from interposer.unfold.node import Node, worst_class
from interposer.unfold.scene import View
from interposer.unfold.splitting import split_words, with_filled
from interposer.unfold.views import known_output
from interposer_argv.grammar import Via
from interposer_argv.scripts import Found
from interposer_shell.word import Unknown, Word, literal

if TYPE_CHECKING:
    from interposer.unfold.engine import Call, Engine
    from interposer.unfold.scene import Scene
    from interposer.unfold.slots import Manner

_SHELL_MARKS = frozenset(";&|<>`$(){}\n#")


def command(
    engine: "Engine",
    call: "Call",
    kind: str,
    words: tuple[Word, ...],
    via: Via,
    option: str,
    manner: "Manner",
) -> None:
    """A command in an `argv`, `words` or `run` slot."""
    given = words
    if kind == "argv" and len(words) > 1 and words[0].text in {"-c", "--command"}:
        shell_text(engine, call, words[1], via, option, manner)
        return
    if kind == "words":
        given = split_words(words[0])
    given = _filled(engine, call, given, manner, option)
    if not given:
        return
    scene = nested_scene(engine, call)
    span = call.span_of(words[0])[0], call.span_of(words[-1])[1]
    nodes = engine.program(given, scene, via=via, locus=call.locus or span)
    _privileged(engine, call, nodes)
    note(engine, call, "run", " ".join(word.source for word in words), nodes, via, option, span, manner)


def nested_scene(engine: "Engine", call: "Call") -> "Scene":
    """The scene of what `call` starts: its own variables, another machine's files where it leads there."""
    scene = call.scene.copy()
    scene.variables |= call.prefixed
    scene.fed = call.fed
    leaves = call.reading is not None and any(one.does.effect == "escape" for one in call.reading.acts)
    if leaves and not engine.lists.has("local-escapes", call.program.name):
        scene.elsewhere = True
    return scene


def _filled(engine: "Engine", call: "Call", words: tuple[Word, ...], manner: "Manner", option: str) -> tuple[Word, ...]:
    """`words` with what the tool puts in; text for a shell made from data is never known, whatever the data is."""
    shell = bool(words) and engine.lists.has("shells", (words[0].text or "").rpartition("/")[2])
    if manner.fills:
        unknown = Word((Unknown("computed", manner.fills),))
        return with_filled(words, manner.fills, unknown if shell else _filling(engine, call, manner.fills, option))
    if not manner.appends:
        return words
    return (
        *words,
        Word((Unknown("computed", "stdin", many=True),), many=True) if shell else _filling(engine, call, "", option),
    )


def _filling(engine: "Engine", call: "Call", placeholder: str, option: str) -> Word:
    """What the tool puts in: what its start points hold (find), or what it is fed (xargs)."""
    text = placeholder or "stdin"
    points = (
        [one.word for one in call.reading.values if one.slot.kind == "dir" and one.via == "operand"]
        if call.reading and option
        else []
    )
    walks = call.rule is not None and any(slot.kind == "dir" for slot in call.rule.grammar.operands.slots)
    if option and call.rule is not None and (walks or call.rule.grammar.style == "find"):
        found = call.rule.grammar.style != "find" or (call.reading is not None and call.reading.filtered)
        views = [view for word in points or [literal(".")] for view in engine.viewer.views(word, call.scene)]
        return _choices(text, [_below(view) if found else view for view in views])
    if call.fed is not None and call.fed.feeders:
        views = list(known_output(list(call.fed.feeders), feeding.upstream_scene(call), engine.viewer))
        if all(view.sure in {"static", "glob"} for view in views) and views:
            return _choices(text, views)
    indices = call.command.stdin if call.command else ()
    return Word((Unknown("computed", text, many=not placeholder, commands=indices),), many=not placeholder)


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


def shell_text(engine: "Engine", call: "Call", word: Word, via: Via, option: str, manner: "Manner") -> None:
    """Text for a shell in a slot of `call`."""
    if manner.fills:
        (word,) = with_filled((word,), manner.fills, _filling(engine, call, manner.fills, option))
    span = call.span_of(word)
    if word.text is not None and not word.text.strip():
        return
    views = engine.viewer.views(word, call.scene)
    if any(view.sure == "computed" or (view.sure == "deferred" and not _static(word)) for view in views):
        _computed(engine, call, word, via, option)
        return
    for view in views:
        text = view.text
        if view.sure == "deferred":
            call.node.findings.add("deferred")
            text = "".join(part if isinstance(part, str) else _known(engine, call.scene, part) for part in word.parts)
        _text(engine, call, _unpiped(text), word, via, option, span, manner)


def _unpiped(text: str) -> str:
    """The text behind a leading `|`: by that mark less, psql and others tell a program from a file name."""
    return text.lstrip().lstrip("|-") if text.lstrip().startswith("|") else text


def _static(word: Word) -> bool:
    """Whether any of the text is known: a text that is wholly a variable is never left to a later look."""
    return any(isinstance(part, str) and part.strip() for part in word.parts)


def _known(engine: "Engine", scene: "Scene", unknown: Unknown) -> str:
    views = engine.viewer.views(Word((unknown,)), scene)
    return views[0].text if views[0].sure == "static" else "deferred_value"


def _computed(engine: "Engine", call: "Call", word: Word, via: Via, option: str) -> None:
    detail = feeding.substituted(engine, call, word) or "computed"
    what = {"remote-code": "text from the network", "hidden-text": "text that was hidden"}.get(
        detail, "text that is not known"
    )
    engine.add(
        call.node,
        call.scene,
        "shell",
        word.source,
        via=via,
        option=option,
        span=call.span_of(word),
        detail=detail,
        why=f"a shell would run {what}",
    )


def _text(
    engine: "Engine",
    call: "Call",
    text: str,
    word: Word,
    via: Via,
    option: str,
    span: tuple[int, int],
    manner: "Manner",
) -> None:
    scene = nested_scene(engine, call)
    scene.arguments = _arguments(call, text)
    shell = manner.job and engine.lists.has("shells", call.program.name)
    dialect = feeding.dialect_of(call.program.name) if shell else "bash"
    nodes = engine.script(text, scene, dialect=dialect, locus=call.locus or span)
    kind: Kind = "shell" if any(char in _SHELL_MARKS for char in text) else "run"
    note(engine, call, kind, word.source, nodes, via, option, span, manner)


def _arguments(call: "Call", text: str) -> tuple[Word, ...] | None:
    if call.reading is None or not text:
        return None
    rest = tuple(each for one in call.reading.values if one.slot.kind == "rest" for each in one.words)
    if any(word.many for word in rest):
        return None
    return rest or (literal(call.program.name),)


def note(
    engine: "Engine",
    call: "Call",
    kind: Kind,
    operand: str,
    nodes: list[Node],
    via: Via,
    option: str,
    span: tuple[int, int],
    manner: "Manner",
) -> None:
    """Note that `call` runs `nodes`; harmless where that is its job."""
    detail = "commands" if manner.commands and not manner.job else ""
    engine.add(
        call.node,
        call.scene,
        kind,
        operand,
        via=via,
        job=manner.job,
        option=option,
        span=span,
        detail=detail,
        nested=worst_class(nodes),
    )
    if manner.job and call.node.kind in {"wrapper", "ordinary", "read-only"}:
        call.node.kind = worst_class([call.node, *nodes])
    elif manner.job and call.node.kind == "unlisted":
        call.node.kind = worst_class(nodes) or "unlisted"


def _privileged(engine: "Engine", call: "Call", nodes: list[Node]) -> None:
    from interposer.unfold.names import PRIVILEGE  # noqa: PLC0415 - one name

    if call.program.name not in PRIVILEGE or not nodes:
        return
    first = nodes[0]
    if engine.lists.has("shells", first.tool) and not any(
        effect.kind in {"shell", "run", "load"} for effect in first.effects
    ):
        engine.add(
            call.node,
            call.scene,
            "privilege",
            first.line,
            detail="privileged-shell",
            why="a shell with another user's rights",
        )


def from_code(engine: "Engine", call: "Call", one: Found, words: tuple[Word, ...], via: Via, option: str) -> None:
    """A command that literal code starts: judged as if typed; a bare shell for somebody to type into is refused."""
    scene = call.scene.copy()
    span = call.span_of(words[0])
    if one.slot.kind == "shell":
        views = engine.viewer.views(words[0], scene)
        if len(views) != 1 or views[0].sure == "computed":
            return
        nodes = engine.script(views[0].text, scene, locus=call.locus or span)
    else:
        given = split_words(words[0]) if one.slot.kind == "words" else words
        if not given:
            return
        nodes = engine.program(given, scene, locus=call.locus or span)
    bare = (
        nodes
        and nodes[0].kind == "shell"
        and not any(effect.kind in {"shell", "run", "load"} for effect in nodes[0].effects)
    )
    if bare:
        engine.add(
            call.node,
            call.scene,
            "shell",
            words[0].source,
            via=via,
            option=option,
            span=span,
            nested="shell",
            why=f"{one.what} starts a shell for somebody to type into",
        )
