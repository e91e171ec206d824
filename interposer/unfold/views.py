"""Words to texts: every text that a word can have, as far as scene, session and idioms tell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from interposer.lists import Lists
from interposer.places import Terrain
from interposer.unfold import printing
from interposer.unfold.scene import Scene, Sureness, View
from interposer_shell.reading import Command
from interposer_shell.word import Unknown, Word

_BOUND = 16
_ORDER: tuple[Sureness, ...] = ("static", "glob", "deferred", "computed")
_NAMES = frozenset(
    {
        "USER", "LOGNAME", "UID", "EUID", "HOSTNAME", "HOSTTYPE", "OSTYPE", "MACHTYPE", "PPID", "RANDOM", "SECONDS",
        "LINENO", "BASHPID", "SHLVL", "COLUMNS", "LINES",
    }
)  # fmt: skip
"""Variables whose values are short words that nobody outside chooses."""
_UNSURE = View("", "computed")
SOME_WORD = "0"
"""Stands for one harmless word of which no more is known: never the name of a command."""


def worse(one: Sureness, other: Sureness) -> Sureness:
    """The less sure of the two."""
    return max(one, other, key=_ORDER.index)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Resolves words.

    Attributes:
        environment: the asking process's real environment, None where there is none (`check`).
        ci: the session stands in a CI job: the runner's declared variables are places of its own.
    """

    terrain: Terrain
    lists: Lists
    environment: Mapping[str, str] | None = None
    ci: bool = False

    def views(self, word: Word, scene: Scene) -> tuple[View, ...]:
        """Every text that `word` can have; at most 16, beyond that one that is computed."""
        text = word.text
        if text is not None:
            return (View(text),)
        found = [View("")]
        for part in word.parts:
            pieces = (View(part),) if isinstance(part, str) else self._unknown(part, scene)
            found = [View(one.text + piece.text, worse(one.sure, piece.sure)) for one in found for piece in pieces]
            if len(found) > _BOUND:
                return (_UNSURE,)
        return tuple(dict.fromkeys(found))

    def _unknown(self, unknown: Unknown, scene: Scene) -> tuple[View, ...]:
        match unknown.why:
            case "env":
                return self._variable_or_default(unknown, scene)
            case "glob":
                return (View(unknown.text, "glob"),)
            case "loop" if unknown.values:
                return tuple(view for value in unknown.values[:_BOUND] for view in self.views(value, scene))
            case "special":
                return (View("0"),)
            case "user":
                return (View("/root" if unknown.name == "root" else f"/home/{unknown.name}"),)
            case "positional":
                return self._positional(unknown, scene)
            case _:
                return self._computed(unknown, scene)

    def _variable_or_default(self, unknown: Unknown, scene: Scene) -> tuple[View, ...]:
        found = self.variable(unknown.name, scene)
        if unknown.default is None:
            return found
        other = self.views(unknown.default, scene)
        return tuple(view for view in found if view.text or view.sure != "static") + other

    def variable(self, name: str, scene: Scene) -> tuple[View, ...]:
        """The value of the environment variable `name`, as far as it is known."""
        if name in scene.variables:
            return self.views(scene.variables[name], scene) if scene.variables[name].text is not None else (_UNSURE,)
        if name == "HOME":
            return (View(self.terrain.home),)
        if name == "PWD":
            return (View(scene.folder.path, scene.folder.sure),)
        if name == "OLDPWD" and scene.folder.before:
            return (View(scene.folder.before),)
        if name in _NAMES:
            return (View("0"),)
        if self.environment is not None:
            return (View(self.environment.get(name, "")),)
        if name == "TMPDIR":
            return (View("/tmp"),)  # noqa: S108 - the place, nothing is created
        if self.ci and name in self.lists.ci_variables:
            inside = name.endswith(("WORKSPACE", "_DIR", "DIRECTORY", "SOURCESDIRECTORY", "_PATH"))
            return (View(self.terrain.project if inside else f"/tmp/ci/{name}"),)  # noqa: S108 - likewise
        return (View("", "deferred"),)

    def _positional(self, unknown: Unknown, scene: Scene) -> tuple[View, ...]:
        given = scene.arguments
        if given is None:
            return (View("", "deferred"),)
        if not unknown.name.isdigit():
            return tuple(view for word in given[1:_BOUND] for view in self.views(word, scene)) or (View(""),)
        index = int(unknown.name)
        return self.views(given[index], scene) if index < len(given) else (View(""),)

    def _computed(self, unknown: Unknown, scene: Scene) -> tuple[View, ...]:
        if scene.assigned.get(unknown.name) and unknown.name not in scene.resolving:
            return self._assigned(unknown, scene)
        if _never_set(unknown, scene):
            return trimmed(self.variable(unknown.name, scene), unknown.text)
        if scene.reading is None or not unknown.commands:
            return (_UNSURE,)
        commands = [scene.reading.commands[index] for index in unknown.commands if index < len(scene.reading.commands)]
        return known_output(commands, scene, self)

    def _assigned(self, unknown: Unknown, scene: Scene) -> tuple[View, ...]:
        """Every value that the text itself gives to the variable; the worst of them counts."""
        scene.resolving.add(unknown.name)
        try:
            found = tuple(view for word in scene.assigned[unknown.name] for view in self.views(word, scene))
        finally:
            scene.resolving.discard(unknown.name)
        return trimmed(found[:_BOUND], unknown.text) if len(found) <= _BOUND else (_UNSURE,)


def _never_set(unknown: Unknown, scene: Scene) -> bool:
    """Whether the variable comes from the environment after all: nothing in the text sets it."""
    local = not unknown.commands and (unknown.text == "~" or re.match(r"\$(?!\()", unknown.text) is not None)
    return bool(unknown.name) and local and unknown.name not in scene.assigned and "" not in scene.assigned


_EXPANSION = re.compile(r"^\$\{\w+(#{1,2}|%{1,2})([^#%{}$`]*)\}$|^\$\{?\w+\}?$|^~$|^\$\{\w+(?:\[[@*]\])?\}$")


def trimmed(views: tuple[View, ...], text: str) -> tuple[View, ...]:
    """What `text` (`$X`, `${X%.txt}`, another expansion) makes of the values that its variable can have."""
    found = _EXPANSION.match(text)
    if found is None:
        return tuple(View("", "deferred") if view.sure == "deferred" else _UNSURE for view in views)
    mark, pattern = found.group(1), found.group(2)
    if not mark:
        return views
    return tuple(View(_trim(view.text, mark, pattern), view.sure) for view in views)


def _trim(text: str, mark: str, pattern: str) -> str:
    """Prefix or suffix removal (bash manual, 3.5.3), on a text that may itself hold a pathname pattern."""
    ends = range(len(text) + 1) if mark in {"#", "%%"} else range(len(text), -1, -1)
    for at in ends:
        piece, rest = (text[:at], text[at:]) if mark.startswith("#") else (text[at:], text[:at])
        if fnmatchcase(piece, pattern):
            return rest
    return text


def known_output(commands: list[Command], scene: Scene, viewer: Viewer) -> tuple[View, ...]:
    """What the output of `commands` (one pipeline, in order) is known to be: an idiom, an echo, listed paths."""
    if not commands:
        return (_UNSURE,)
    last, lists = commands[-1], viewer.lists
    while len(commands) > 1 and first_name(last, lists) in lists.names["line-filters"] and last.stdin:
        if scene.reading is None:
            return (_UNSURE,)
        source = [scene.reading.commands[index] for index in last.stdin]
        if not source:
            break
        last = source[-1]
    line = " ".join(word.source for word in last.words)
    name = first_name(last, lists)
    for idiom, what in lists.idioms.items():
        if line == idiom or line.startswith(idiom + " "):
            return _idiom(what, last, scene, viewer)
    if name in {"echo", "printf"}:
        return _echoed(last, scene, viewer)
    two = " ".join(word.source for word in last.words[:2])
    if lists.has("path-producers", name) or lists.has("path-producers", two):
        return produced_paths(last, scene, viewer)
    if lists.has("word-producers", name) or lists.has("word-producers", two):
        return (View(SOME_WORD),)
    return (_UNSURE,)


def _idiom(what: str, command: Command, scene: Scene, viewer: Viewer) -> tuple[View, ...]:
    match what:
        case "temp":
            inside = [word.text for word in command.words[1:] if word.text and "/" in word.text]
            return (View(inside[-1] if inside else "/tmp/tmp.0"),)  # noqa: S108 - the place, nothing is created
        case "cwd":
            return (View(scene.folder.path, scene.folder.sure),)
        case "project":
            return (View(viewer.terrain.project or scene.folder.path),)
        case "home-cache":
            return (View(viewer.terrain.home + "/go"),)
        case "system":
            return (View("/usr"),)
        case "tool":
            return (command.words[-1].text is not None and (View(command.words[-1].text or ""),)) or (_UNSURE,)
        case _:
            return (View(SOME_WORD),)


def exact(commands: list[Command], lists: Lists) -> bool:
    """Whether the known output of `commands` is their very text: an echo or a printf, nothing that rewrites it."""
    names = [first_name(command, lists) for command in commands]
    return all(name in _PRINTERS or name in _PASSING for name in names) and not _PRINTERS.isdisjoint(names)


_PRINTERS = frozenset({"echo", "printf"})
_PASSING = frozenset({"cat", "tee", "sponge", "pv"})


def _echoed(command: Command, scene: Scene, viewer: Viewer) -> tuple[View, ...]:
    printf = first_name(command, viewer.lists) == "printf"
    words = list(command.words[1:])
    escapes = False
    while not printf and words and _ECHO_OPTION.fullmatch(words[0].text or ""):
        escapes = "e" in (words.pop(0).text or "")
    found: list[tuple[tuple[str, ...], Sureness]] = [((), "static")]
    for word in words:
        found = [
            ((*texts, view.text), worse(sure, view.sure)) for texts, sure in found for view in viewer.views(word, scene)
        ]
        if len(found) > _BOUND:
            return (_UNSURE,)
    return tuple(_printed(list(texts), sure, printf=printf, escapes=escapes) for texts, sure in found)


_ECHO_OPTION = re.compile(r"-[neE]+")


def _printed(texts: list[str], sure: Sureness, *, printf: bool, escapes: bool) -> View:
    if not printf:
        text = " ".join(texts)
        return View(printing.unescaped(text) if escapes else text, sure)
    shown = printing.formatted(texts[0], texts[1:]) if texts else ""
    return _UNSURE if shown is None else View(shown.rstrip("\n"), sure)


def produced_paths(command: Command, scene: Scene, viewer: Viewer) -> tuple[View, ...]:
    """Paths below the operands of a command that lists paths, or below the folder where it stands."""
    name = first_name(command, viewer.lists)
    words = [word for word in command.words[1:] if not word.head.startswith("-")]
    if name == "find":
        words = _start_points(command)
    elif name in {"grep", "egrep", "fgrep", "rg", "ag", "git"}:
        words = [word for word in words[1:] if name != "git"]
    if not words:
        return (View(scene.folder.path.rstrip("/") + "/?*", worse("glob", scene.folder.sure)),)
    views = [view for word in words[:_BOUND] for view in viewer.views(word, scene)]
    below = "" if name == "find" and not _filtered(command) else "/?*"
    return tuple(View((view.text.rstrip("/") + below) or "/", worse("glob", view.sure)) for view in views)


def _start_points(command: Command) -> list[Word]:
    points: list[Word] = []
    for word in command.words[1:]:
        if word.head.startswith(("-", "(", "!")) and word.text not in {"-H", "-L", "-P"}:
            break
        if word.text not in {"-H", "-L", "-P"}:
            points.append(word)
    return points


_FIND_FLAGS = frozenset({"-H", "-L", "-P", "-print", "-print0", "-depth", "-d", "-xdev", "-mount"})


def _filtered(command: Command) -> bool:
    """Whether an expression stands behind the start points at all (`find . | xargs rm` takes everything)."""
    return any(word.head.startswith("-") and word.text not in _FIND_FLAGS for word in command.words[1:])


def first_name(command: Command, lists: Lists) -> str:
    """The bare name of a command, "" where it is not static."""
    for word in command.words:
        text = word.text
        if text is None:
            return ""
        name = text.rpartition("/")[2]
        if not lists.has("see-through", name) and not text.startswith("-") and not _ASSIGNS.match(text):
            return name
    return command.words[0].text or "" if command.words else ""


_ASSIGNS = re.compile(r"\w+=")
