"""The recursion: texts to commands, commands to values, values to effects and to further commands."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from interposer.effects import EXECUTING, Effect, Kind, Origin
from interposer.grades import grade
from interposer.lists import Lists
from interposer.places import Terrain
from interposer.rulebook import Rule, Rulebook
from interposer.unfold import (
    ambient,
    builtins,
    embedded,
    feeding,
    files,
    leaking,
    nesting,
    recipes,
    redirecting,
    slots,
    unlisted,
    variables,
)
from interposer.unfold.manner import Manner
from interposer.unfold.names import Program, class_of, program_of
from interposer.unfold.node import ExhaustedError, Node
from interposer.unfold.scene import Fed, Scene, View
from interposer.unfold.views import SOME_WORD, Viewer
from interposer.world import World
from interposer_argv.reader import read as read_argv
from interposer_argv.reading import ArgvReading, GrammarError
from interposer_shell.reading import Command, Dialect, Reading
from interposer_shell.refusal import ShellSyntaxError
from interposer_shell.word import Unknown, Word

MAX_DEPTH = 40
MAX_NODES = 4000
_LINE = 400
_CLIP = 80
_PLAIN = Manner()


@dataclass(slots=True)
class Call:
    """One program call while it is being judged.

    Attributes:
        command: the shell command it came from, None for an argv that a tool starts.
        fed: where its stdin comes from, None where nothing is known.
        prefixed: variables set for this call, or by it for what it starts (`passes`).
        locus: span in the outermost text, where this call is nested; None at the top.
    """

    words: tuple[Word, ...]
    scene: Scene
    node: Node
    program: Program
    rule: Rule | None = None
    command: Command | None = None
    reading: ArgvReading | None = None
    fed: Fed | None = None
    locus: tuple[int, int] | None = None
    prefixed: dict[str, Word] = field(default_factory=dict)
    passes: bool = False

    def span_of(self, word: Word) -> tuple[int, int]:
        """Where `word` stands in the outermost text."""
        return self.locus or word.span


@dataclass(slots=True)
class Engine:
    """One request's unfolding; `nodes` holds what was found.

    Attributes:
        secrets: spans of values that a rule calls secret.
        settled: what the session was opened with is known, so that a variable that differs was set by the agent.
        shimmed: the request came from a shim: what its tool finds by name on PATH comes to a shim too.
        deferring: an unknown variable in the argv of an external command is settled by a later look (exec layer live).
    """

    rulebook: Rulebook
    lists: Lists
    terrain: Terrain
    viewer: Viewer
    world: World
    deferring: bool = True
    settled: bool = False
    shimmed: bool = False
    nodes: list[Node] = field(default_factory=list)
    readings: list[tuple[int, Reading]] = field(default_factory=list)
    secrets: set[tuple[int, int]] = field(default_factory=set)
    shells: int = 0

    # -- texts ---------------------------------------------------------------------------------------------------

    def script(
        self, text: str, scene: Scene, *, dialect: Dialect = "bash", locus: tuple[int, int] | None = None
    ) -> list[Node]:
        """Judge every command of `text` in `scene`; the nodes made for it."""
        if scene.depth > MAX_DEPTH:
            raise ExhaustedError(f"more than {MAX_DEPTH} texts inside each other")
        start = len(self.nodes)
        try:
            # Loaded with the first script: the cold path mostly judges a plain argv.
            from interposer_shell.reader import read  # noqa: PLC0415

            reading = read(text, dialect)
        except ShellSyntaxError as error:
            return [self._unreadable(text, scene, error, locus)]
        self.readings.append((scene.depth, reading))
        scene.reading = reading
        scene.calls = builtins.function_calls(reading)
        scene.assigned = builtins.assigned_words(reading)
        scenes: dict[tuple[int, ...], Scene] = {(): scene}
        for command in reading.commands:
            self.simple(command, _scene_for(command, scenes), locus)
        return self.nodes[start:]

    def _unreadable(self, text: str, scene: Scene, error: ShellSyntaxError, locus: tuple[int, int] | None) -> Node:
        node = Node(_short(text), scene.depth, "shell", "shell", locus or error.span)
        self.nodes.append(node)
        call = Call((), scene, node, Program(""), locus=locus)
        word = Word((_short(text, _CLIP),), error.span)
        self.found(call, "unknown", word, detail="unreadable", why=str(error))
        return node

    def bare(self, scene: Scene, node: Node) -> Call:
        """A call without a program: for values that stand alone."""
        return Call((), scene, node, Program(""))

    # -- commands ------------------------------------------------------------------------------------------------

    def simple(self, command: Command, scene: Scene, locus: tuple[int, int] | None) -> None:
        """Judge one simple command of a script."""
        if command.words and not command.calls:
            self.program(command.words, scene, command=command, locus=locus)
            return
        node = self.node(command.words, scene, locus or command.span)
        node.row, node.depth = command.line, scene.depth + command.depth
        node.kind, node.tool = "read-only", node.tool or "assignment"
        call = Call(command.words, scene, node, Program(""), command=command, locus=locus)
        variables.assignments(self, call)
        redirecting.redirects(self, call)

    def node(self, words: tuple[Word, ...], scene: Scene, span: tuple[int, int]) -> Node:
        """A new node for `words`."""
        if len(self.nodes) >= MAX_NODES:
            raise ExhaustedError(f"more than {MAX_NODES} commands in one request")
        line = _short(" ".join(_quoted(word) for word in words))
        node = Node(line, scene.depth, (words[0].text or "") if words else "", span=span, words=words)
        node.row = self.nodes[-1].row if self.nodes else 1
        self.nodes.append(node)
        return node

    def program(
        self,
        words: tuple[Word, ...],
        scene: Scene,
        *,
        command: Command | None = None,
        locus: tuple[int, int] | None = None,
    ) -> list[Node]:
        """Judge one call of a program; the nodes made for it, its own first."""
        if scene.depth > MAX_DEPTH:
            raise ExhaustedError(f"more than {MAX_DEPTH} commands inside each other")
        start = len(self.nodes)
        span = locus or (command.span if command else positions(words))
        node = self.node(words, scene, span)
        if command is not None:
            node.row, node.depth = command.line, scene.depth + command.depth
        call = Call(words, scene, node, Program(""), command=command, fed=self._fed(command, scene), locus=locus)
        variables.assignments(self, call)
        redirecting.redirects(self, call)
        views = self.viewer.views(words[0], scene)
        for view in views:
            self._viewed(call, view)
        if words[0].many and len(words) > 1 and any(not view.text for view in views):
            self.program(words[1:], scene, locus=locus or span)
        return self.nodes[start:]

    def _viewed(self, call: Call, view: View) -> None:
        """One text that the command's name can have."""
        made_up = view.text == SOME_WORD and call.words[0].text is None
        if (
            made_up
            or view.sure in {"computed", "glob"}
            or (view.sure == "deferred" and not self._settled_later(call.words[0], view))
        ):
            call.node.kind = "computed"
            self.found(call, "run", call.words[0], detail="computed", why="the command's name is not static")
        elif view.sure == "deferred":
            call.node.findings.add("deferred")
            call.node.kind = "read-only"
        elif view.text:
            self._named(call, view.text)

    def _fed(self, command: Command | None, scene: Scene) -> Fed | None:
        if command is None or scene.reading is None:
            return scene.fed
        own = Fed(command, scene.reading)
        return own if own.own or scene.fed is None else scene.fed

    def _settled_later(self, word: Word, view: View) -> bool:
        """A whole name from the environment, or a path whose last part is static: the exec layer sees the real one."""
        last = word.parts[-1]
        return self.deferring and (not view.text or (isinstance(last, str) and "/" in last))

    def _named(self, call: Call, text: str) -> None:
        if " " in text and call.words[0].many:
            pieces = tuple(Word((piece,), call.words[0].span) for piece in text.split())
            if pieces:
                call.words = pieces + call.words[1:]
                text = pieces[0].text or ""
        call.program = program_of(text, call.scene, self.terrain)
        call.rule = self.rulebook.find(call.program.name)
        call.node.tool = call.rule.tool if call.rule else call.program.name
        call.node.kind = class_of(call.program, self.lists, self.terrain)
        if call.program.path:
            files.started(self, call)
        if call.program.name in builtins.OWN:
            builtins.carry_out(self, call)
        builtins.evaluated(self, call)
        if call.rule is not None:
            self._ruled(call, call.rule)
        elif not self.lists.has("builtins", call.program.name):
            call.node.findings.add("unlisted")
            unlisted.suspect(self, call, call.words[1:])
        nesting.user_shell(self, call)
        variables.obeyed(self, call)
        feeding.stdin(self, call)
        leaking.leaks(self, call)

    def _ruled(self, call: Call, rule: Rule) -> None:
        try:
            reading = read_argv(rule.grammar, call.words[1:])
        except GrammarError as error:
            if error.rejected and not call.scene.filled:
                call.node.findings.add("rejected")
                return
            where = call.words[min(error.index + 1, len(call.words) - 1)]
            self.found(call, "unknown", where, detail="unreadable", why=str(error))
            return
        call.reading = reading
        self._values(call, rule, reading)
        ambient.obeyed(self, call, rule)
        recipes.obeyed(self, call)

    def _values(self, call: Call, rule: Rule, reading: ArgvReading) -> None:
        """Judge all that one reading of an argv holds."""
        for word in reading.unknown:
            why = f"{rule.tool} has no such option"
            self.found(call, "unknown", word, Manner("option", word.source), detail="unlisted", why=why)
        if reading.may_be_option:
            call.node.findings.add("may-be-option")
        if reading.unread:
            call.node.findings.add("unlisted")
            call.node.kind = "unlisted" if call.node.kind in {"ordinary", "read-only"} else call.node.kind
            unlisted.suspect(self, call, reading.unread[1:])
        if not rule.complete:
            plain = [one.word for one in reading.values if one.via == "operand" and one.slot.kind == "text"]
            unlisted.bare_shell(self, call, plain)
        valued = {(one.option, one.index) for one in reading.values}
        for act in reading.acts:
            if act.does.effect not in {"run", "shell"} or (act.option, act.index) not in valued:
                slots.act(self, call, act)
        slots.all_values(self, call, reading)
        if not rule.complete:
            embedded.suspect(self, call, call.words[1:])

    # -- effects -------------------------------------------------------------------------------------------------

    def found(
        self,
        call: Call,
        kind: Kind,
        word: Word,
        manner: Manner = _PLAIN,
        *,
        detail: str = "",
        nested: str = "",
        why: str = "",
        job: bool | None = None,
    ) -> Effect:
        """Note an effect without a place: what `word` does, taken as `manner` says (`job` overrides its own)."""
        effect = Effect(
            kind=kind,
            operand=word.source,
            via=manner.via,
            job=(manner.job if job is None else job) and kind in EXECUTING,
            tool=call.node.tool,
            option=manner.option,
            span=call.span_of(word),
            origin=call.scene.origin,
            detail=detail,
            nested=nested,
            why=why,
            through=call.scene.through,
        )
        return self.put(call.node, effect)

    def put(self, node: Node, effect: Effect) -> Effect:
        """Note `effect` with its grade at `node`."""
        graded = replace(effect, grade=grade(effect), span=effect.span if effect.span != (0, 0) else node.span)
        node.effects.append(graded)
        return graded

    def with_origin(self, scene: Scene, origin: Origin) -> Scene:
        """A copy of `scene` whose words are `origin`'s; the agent's reach is never widened back."""
        copy = scene.copy()
        copy.origin = origin if scene.origin == "agent" else "tool"
        return copy


def _scene_for(command: Command, scenes: dict[tuple[int, ...], Scene]) -> Scene:
    scope = command.scope
    if scope in scenes:
        return scenes[scope]
    for length in range(len(scope) - 1, -1, -1):
        parent = scenes.get(scope[:length])
        if parent is not None:
            made = parent.copy()
            made.depth = parent.depth
            scenes[scope] = made
            return made
    raise AssertionError("the outermost scope is always there")


def _short(text: str, limit: int = _LINE) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _quoted(word: Word) -> str:
    source = word.source
    if source and not any(char in " \t\n'\"\\$`;&|<>()*?[]{}~#!" for char in source):
        return source
    if any(isinstance(part, Unknown) for part in word.parts):
        return f'"{source}"' if " " in source else source
    return "'" + source.replace("'", "'\\''") + "'"


def positions(words: Iterable[Word]) -> tuple[int, int]:
    """The span from the first to the last of `words`."""
    spans = [word.span for word in words]
    return (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else (0, 0)
