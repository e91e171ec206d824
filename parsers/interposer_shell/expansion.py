"""Parameter expansions: what a use of a variable gives (bash manual 3.5.3)."""

from collections.abc import Mapping
from typing import Protocol

from interposer_shell.maintained import MAINTAINED, SPECIAL
from interposer_shell.patterns import trim
from interposer_shell.tree import Bare, Param, RawWord, Subst
from interposer_shell.variables import POSITIONAL, Setting, Spot, Variables
from interposer_shell.word import Unknown, Word

Part = str | Unknown
"""A piece of a value."""

_QUOTES = frozenset("\\'\"")


class Surroundings(Protocol):
    """What a resolver asks of the walk that uses it."""

    def substitute(self, piece: Subst) -> tuple[int, ...]:
        """List the commands of a substitution; the indices of those whose output it is."""

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as it was given."""

    def arithmetic(self, raw: RawWord) -> None:
        """An arithmetic expression is evaluated."""

    def assigned(self, name: str) -> None:
        """`${name:=word}` may set the variable."""

    def note(self, feature: str, start: int) -> None:
        """Another shell would resolve this otherwise."""


class Expansions:
    """Parameters as seen from `spot`.

    Attributes:
        spot: where in the text the words stand.
        asked: the variables whose settings mattered.
        indirect: some word expands a variable whose name is itself a value.
        prompted: some word expands a value like a prompt (`${x@P}`).
    """

    __slots__ = ("_around", "_current", "_known", "_place", "_variables", "asked", "indirect", "prompted", "spot")

    def __init__(
        self, variables: Variables, current: Variables, known: Mapping[str, str], around: Surroundings
    ) -> None:
        self._variables = variables
        self._current = current
        self._known = known
        self._around = around
        self._place = around.place
        self.asked: set[str] = set()
        self.indirect = False
        self.prompted = False
        self.spot = Spot(0, (), (), "")

    def value(self, raw: RawWord, *, colons: bool = True) -> Word:
        """The one word of an assignment's value (with `colons`), a here-string, a redirection's target."""
        raise NotImplementedError

    def visit(self, raw: RawWord) -> None:
        """Go through a word for the sake of what it runs; its value is not asked for."""
        raise NotImplementedError

    def parameter(self, piece: Param) -> tuple[Part, ...]:
        """The parts that an expansion gives; what stands in its operand is visited."""
        if piece.subscript is not None:
            self._around.arithmetic(piece.subscript)
            self.visit(piece.subscript)
        if piece.op in {":+", "+"}:
            return self._alternative(piece)
        default = self._operand(piece)
        if piece.prefix == "#":
            return (Unknown("special", piece.source, "#"),)
        self.indirect = self.indirect or piece.prefix == "!"
        self.prompted = self.prompted or piece.op == "@P"
        if piece.prefix == "!" or piece.op.startswith("@") or piece.op == "names" or piece.subscript is not None:
            return (Unknown("computed", piece.source, piece.name, commands=self._variables.commands(piece.name)),)
        parts = self.variable(piece)
        match piece.op:
            case "" | ":?" | "?":
                return parts
            case ":-" | "-" | ":=" | "=":
                return _or_default(piece, parts, default)
            case "#" | "##" | "%" | "%%" if piece.operand is not None:
                return _trimmed(piece, parts, piece.operand)
            case _:
                return (_opaque(piece, parts),)

    def _operand(self, piece: Param) -> Word | None:
        """Go through the operand; the word that stands in for an unset variable is returned."""
        if piece.operand is None:
            return None
        if piece.op in {":-", "-", ":=", "="}:
            if "=" in piece.op:
                self._around.assigned(piece.name)
            return self._default(piece)
        if piece.op == ":":
            self._around.arithmetic(piece.operand)
        self.visit(piece.operand)
        return None

    def _default(self, piece: Param) -> Word | None:
        operand = piece.operand
        if operand is None:
            return None
        return self.value(operand, colons=False)

    def _alternative(self, piece: Param) -> tuple[Part, ...]:
        """`${x:+word}`: nothing, or the word."""
        word = self._default(piece)
        if word is None:
            return ()
        commands = tuple(index for unknown in word.unknowns for index in unknown.commands)
        known = not any(unknown.why in {"computed", "positional"} for unknown in word.unknowns)
        values = (Word(()), word) if known else ()
        return (Unknown("computed", piece.source, piece.name, values=values, commands=commands),)

    def variable(self, piece: Param) -> tuple[Part, ...]:
        """The parts of the plain variable."""
        name = piece.name
        if name in {"@", "*"} or name[0].isdigit():
            return self._argument(piece)
        seen = None if name in SPECIAL or name in MAINTAINED else self.seen(name)
        if seen is not None and seen.word is not None:
            return _renamed(seen, piece)
        if self._variables.touched(name, self.spot):
            return (Unknown("computed", piece.source, name, commands=self._variables.commands(name)),)
        if name in SPECIAL:
            return (Unknown("special", piece.source, name),)
        if name in self._known:
            return (self._known[name],) if self._known[name] else ()
        if name in MAINTAINED:
            return (Unknown("computed", piece.source, name),)
        return (Unknown("env", piece.source, name),)

    def _argument(self, piece: Param) -> tuple[Part, ...]:
        """`$1` behind a `set --` that it surely sees; other positional parameters are not known."""
        if piece.name.isdigit() and int(piece.name) > 0:
            items = self.items(POSITIONAL)
            if items is not None:
                number = int(piece.name)
                return items[number - 1].parts if number <= len(items) else ()
        return (Unknown("positional", piece.source, piece.name),)

    def items(self, name: str) -> tuple[Word, ...] | None:
        """The items of an array, or the arguments, that are surely seen here; a function has arguments of its own."""
        seen = self.seen(name)
        if seen is None or (name == POSITIONAL and seen.spot.function != self.spot.function):
            return None
        return seen.items

    def seen(self, name: str) -> Setting | None:
        """The setting that is surely seen here: the pass before knows which, this one may know its value better."""
        self.asked.add(name)
        seen = self._variables.seen(name, self.spot)
        if seen is not None:
            for setting in reversed(self._current.settings.get(name, [])):
                if setting.spot == seen.spot:
                    return setting
        return seen


def _renamed(seen: Setting, piece: Param) -> tuple[Part, ...]:
    """The parts of a variable's value; a single unknown piece is shown as it is used."""
    parts = () if seen.word is None else seen.word.parts
    if len(parts) == 1 and isinstance(parts[0], Unknown):
        only = parts[0]
        name = only.name if only.why in {"env", "user", "positional", "special"} else piece.name
        return (Unknown(only.why, piece.source, name, only.many, only.values, only.commands, only.default),)
    return parts


def _or_default(piece: Param, parts: tuple[Part, ...], default: Word | None) -> tuple[Part, ...]:
    if len(parts) == 1 and isinstance(parts[0], Unknown):
        only = parts[0]
        if only.why in {"env", "positional"} and only.default is None:
            return (Unknown(only.why, piece.source, only.name, only.many, only.values, only.commands, default),)
        return (_opaque(piece, parts),)
    static = all(isinstance(part, str) for part in parts)
    if static and (parts or piece.op in {"-", "="}):
        return parts
    if static and default is not None and (piece.quoted or not set(default.source) & set(" \t\n*?[")):
        return default.parts
    return (_opaque(piece, parts),)


def _opaque(piece: Param, parts: tuple[Part, ...]) -> Unknown:
    commands = tuple(index for part in parts if isinstance(part, Unknown) for index in part.commands)
    return Unknown("computed", piece.source, piece.name, commands=commands)


def _trimmed(piece: Param, parts: tuple[Part, ...], operand: RawWord) -> tuple[Part, ...]:
    if piece.quoted:
        # Inside double quotes the pattern stands unquoted all the same, unless it is quoted once more.
        if _QUOTES & set(piece.source):
            return (_opaque(piece, parts),)
        operand = operand._replace(pieces=tuple(Bare(one) if isinstance(one, str) else one for one in operand.pieces))
    if len(parts) == 1 and isinstance(parts[0], Unknown) and parts[0].why == "loop":
        loop = parts[0]
        values = tuple(trimmed for value in loop.values if (trimmed := trim(value, piece.op, operand)) is not None)
        complete = values if len(values) == len(loop.values) else ()
        return (Unknown("loop", piece.source, loop.name, values=complete, commands=loop.commands),)
    if parts and all(isinstance(part, str) for part in parts):
        trimmed = trim(Word(parts), piece.op, operand)
        if trimmed is not None:
            return trimmed.parts
    return (_opaque(piece, parts),)
