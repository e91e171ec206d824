"""Words resolved as bash would (bash manual 3.5), as far as that is known without running anything."""

import re
from collections.abc import Mapping
from typing import Final, Protocol

from interposer_shell import braces
from interposer_shell.patterns import trim
from interposer_shell.tree import Arith, Bare, Param, Piece, RawWord, Subst
from interposer_shell.variables import Setting, Spot, Variables
from interposer_shell.word import Unknown, Word

_Part = str | Unknown
_MAX_PATTERN = 4_096  # no file has a longer path
_QUOTES = frozenset("\\'\"")
_SPLITTING = frozenset(" \t\n*?[")

SPECIAL: Final = frozenset(
    {
        "?", "$", "!", "#", "-", "_", "RANDOM", "SRANDOM", "SECONDS", "LINENO", "BASHPID", "PPID", "UID", "EUID",
        "GROUPS",
        "EPOCHSECONDS", "EPOCHREALTIME", "BASH_SUBSHELL", "HISTCMD", "BASH", "BASH_VERSION", "BASH_VERSINFO",
        "HOSTNAME", "HOSTTYPE", "MACHTYPE", "OSTYPE", "SHLVL",
    }
)  # fmt: skip
"""Parameters that the shell itself sets."""

_MAINTAINED = frozenset(
    {
        "REPLY", "OPTARG", "OPTIND", "DIRSTACK", "BASH_REMATCH", "BASH_SOURCE", "FUNCNAME", "PIPESTATUS", "MAPFILE",
        "COPROC", "IFS", "BASH_COMMAND", "BASH_ARGV", "BASH_ALIASES", "BASH_CMDS", "BASH_LINENO", "SHELLOPTS",
        "BASHOPTS",
        "BASH_EXECUTION_STRING", "COMP_WORDS", "COMPREPLY", "BASH_ARGV0", "BASH_ARGC",
    }
)  # fmt: skip
_GLOB = re.compile(r"[*?]+|\[(?:[!^]?\](?=[^\]]*\]))?[^\]]*\]")
_MAGIC = frozenset("*?[")
_ASSIGNING = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\+?=")
_FIELDS = re.compile(r"[ \t\n]+")
_LOGIN = re.compile(r"~([A-Za-z_][A-Za-z0-9_.-]*|[+-]?[0-9]+|[+-]|)(?=/|:|\Z)")


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


class Resolver:
    """Resolves words as seen from `spot`.

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

    # -- whole words ---------------------------------------------------------------------------------------------

    def fields(self, raw: RawWord) -> list[Word]:
        """The arguments that a word gives."""
        pieces = raw.pieces
        if len(pieces) == 1 and isinstance(pieces[0], str):
            return [Word((pieces[0],) if pieces[0] else (), self._place(raw.start, raw.end))]
        if not any(isinstance(piece, Bare) and "{" in piece.text for piece in pieces):
            return self._one_word(pieces, raw)
        try:
            expanded = braces.expand(pieces)
        except braces.TooManyWordsError:
            self.visit(raw)
            span = self._place(raw.start, raw.end)
            return [Word((Unknown("computed", _source(pieces), many=True),), span, many=True)]
        if expanded != [pieces]:
            self._around.note("brace-expansion", raw.start)
        return [word for one in expanded if one for word in self._one_word(one, raw)]

    def value(self, raw: RawWord, *, colons: bool = True) -> Word:
        """The one word of an assignment's value (with `colons`), a here-string, a redirection's target."""
        pieces = raw.pieces
        if len(pieces) == 1 and isinstance(pieces[0], str):
            return Word((pieces[0],) if pieces[0] else (), self._place(raw.start, raw.end))
        out = _Fields(self._place(raw.start, raw.end))
        for piece in self._tilde(pieces, colons=colons, assigned=True):
            self._add(out, piece, single=True)
        return out.single()

    def target(self, raw: RawWord) -> Word:
        """A redirection's target: a pathname pattern in it still counts."""
        words = self._one_word(raw.pieces, raw)
        if len(words) == 1:
            return words[0]
        return Word((Unknown("computed", _source(raw.pieces), many=True),), self._place(raw.start, raw.end), many=True)

    def visit(self, raw: RawWord) -> None:
        """Go through a word for the sake of what it runs; its value is not asked for."""
        for piece in raw.pieces:
            if not isinstance(piece, str | Bare):
                self._unknown(piece)

    def _one_word(self, pieces: tuple[Piece, ...], raw: RawWord) -> list[Word]:
        out = _Fields(self._place(raw.start, raw.end))
        resolved = self._tilde(pieces, colons=False, assigned=False)
        for number, piece in enumerate(resolved):
            closes = "[" in piece.text and _closes_later(resolved, number) if isinstance(piece, Bare) else False
            self._add(out, piece, single=False, closes=closes)
        return out.words()

    def _add(self, out: "_Fields", piece: Piece | Unknown, *, single: bool, closes: bool = False) -> None:
        match piece:
            case str():
                out.text(piece)
            case Bare():
                if single or not _MAGIC & set(piece.text):
                    out.text(piece.text)
                else:
                    _add_pattern(out, piece.text, closes=closes)
            case Unknown():
                out.unknown(piece)
            case Param():
                self._add_parameter(out, piece, single=single or piece.quoted)
            case Subst() | Arith():
                out.unknown(self._unknown(piece, single=single))

    # -- tilde ---------------------------------------------------------------------------------------------------

    def _tilde(self, pieces: tuple[Piece, ...], *, colons: bool, assigned: bool) -> list[Piece | Unknown]:
        """The pieces with `~` at the beginning (and behind `=` and `:` of an assignment) resolved."""
        if not any(isinstance(piece, Bare) and "~" in piece.text for piece in pieces):
            return list(pieces)
        first = pieces[0]
        match = _ASSIGNING.match(first.text) if isinstance(first, Bare) and not assigned else None
        colons = colons or match is not None
        out: list[Piece | Unknown] = []
        for number, piece in enumerate(pieces):
            if not isinstance(piece, Bare) or "~" not in piece.text:
                out.append(piece)
                continue
            begins = number == 0 and match is None
            text = piece.text
            last = number == len(pieces) - 1
            at = 0
            while at < len(text):
                tilde = text.find("~", at)
                if tilde < 0:
                    break
                starts = (tilde == 0 and begins) or (match is not None and number == 0 and tilde == match.end())
                starts = starts or (colons and tilde > 0 and text[tilde - 1] == ":")
                login = _LOGIN.match(text, tilde) if starts else None
                if (
                    login is None
                    or (login.end() == len(text) and not last)
                    or (not colons and text[login.end() :][:1] == ":")
                ):
                    out.append(Bare(text[at : tilde + 1]))
                    at = tilde + 1
                    continue
                if tilde > at:
                    out.append(Bare(text[at:tilde]))
                if match is not None:
                    self._around.note("tilde-in-argument", 0)
                out += self._home(login[1])
                at = login.end()
            if at < len(text):
                out.append(Bare(text[at:]))
        return out

    def _home(self, login: str) -> list[Piece | Unknown]:
        source = "~" + login
        if not login or login in {"+", "-"}:
            name = {"": "HOME", "+": "PWD", "-": "OLDPWD"}[login]
            return list(self._variable(Param(source, quoted=True, name=name)))
        if login[-1].isdigit() and not login[0].isalpha():
            return [Unknown("computed", source)]
        return [Unknown("user", source, login)]

    # -- parameters ----------------------------------------------------------------------------------------------

    def _add_parameter(self, out: "_Fields", piece: Param, *, single: bool) -> None:
        array = self._array(piece)
        if array is not None and not (single and not piece.quoted):
            out.words_of(array)
            return
        split = not single
        for part in self._parameter(piece):
            if isinstance(part, Unknown):
                many = split or (piece.quoted and _spreads(piece))
                out.unknown(_with_many(part, many=many))
            elif not split:
                out.text(part)
            elif self._splits_otherwise() or "\\" in part:
                out.unknown(Unknown("computed", piece.source, piece.name, many=True))
            else:
                if _SPLITTING & set(part) or not part:
                    self._around.note("split", 0)
                out.split(part)
        if piece.quoted:
            out.exists()

    def _seen(self, name: str) -> Setting | None:
        """The setting that is surely seen here: the pass before knows which, this one may know its value better."""
        self.asked.add(name)
        seen = self._variables.seen(name, self.spot)
        if seen is not None:
            for setting in reversed(self._current.settings.get(name, [])):
                if setting.spot == seen.spot:
                    return setting
        return seen

    def _splits_otherwise(self) -> bool:
        self.asked.add("IFS")
        return self._variables.touched("IFS", self.spot)

    def _array(self, piece: Param) -> list[Word] | None:
        """The items of `"${a[@]}"` where the one assignment that it sees lists them."""
        if (
            not piece.quoted
            or piece.op
            or piece.prefix
            or piece.subscript is None
            or piece.subscript.pieces != (Bare("@"),)
        ):
            return None
        seen = self._seen(piece.name)
        return None if seen is None or seen.items is None else list(seen.items)

    def _parameter(self, piece: Param) -> tuple[_Part, ...]:
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
        parts = self._variable(piece)
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

    def _alternative(self, piece: Param) -> tuple[_Part, ...]:
        """`${x:+word}`: nothing, or the word."""
        word = self._default(piece)
        if word is None:
            return ()
        commands = tuple(index for unknown in word.unknowns for index in unknown.commands)
        known = not any(unknown.why in {"computed", "positional"} for unknown in word.unknowns)
        values = (Word(()), word) if known else ()
        return (Unknown("computed", piece.source, piece.name, values=values, commands=commands),)

    def _variable(self, piece: Param) -> tuple[_Part, ...]:
        """The parts of the plain variable."""
        name = piece.name
        if name in {"@", "*"} or name[0].isdigit():
            return (Unknown("positional", piece.source, name),)
        seen = None if name in SPECIAL or name in _MAINTAINED else self._seen(name)
        if seen is not None and seen.word is not None:
            return _renamed(seen, piece)
        if self._variables.touched(name, self.spot):
            return (Unknown("computed", piece.source, name, commands=self._variables.commands(name)),)
        if name in SPECIAL:
            return (Unknown("special", piece.source, name),)
        if name in self._known:
            return (self._known[name],) if self._known[name] else ()
        if name in _MAINTAINED:
            return (Unknown("computed", piece.source, name),)
        return (Unknown("env", piece.source, name),)

    # -- everything else -----------------------------------------------------------------------------------------

    def _unknown(self, piece: Param | Subst | Arith, *, single: bool = True) -> Unknown:
        match piece:
            case Param():
                for part in self._parameter(piece):
                    if isinstance(part, Unknown):
                        return part
                return Unknown("computed", piece.source, piece.name)
            case Subst():
                commands = self._around.substitute(piece)
                many = not piece.quoted and not single and piece.opener in {"$(", "`"}
                return Unknown("computed", piece.source, many=many, commands=commands)
            case Arith():
                self._around.arithmetic(piece.text)
                self.visit(piece.text)
                return Unknown("computed", piece.source, many=False)


class _Fields:
    """The words that one word is split into, as they grow."""

    __slots__ = ("_done", "_many", "_open", "_parts", "_span")

    def __init__(self, span: tuple[int, int]) -> None:
        self._span = span
        self._done: list[Word] = []
        self._parts: list[_Part] = []
        self._open = False
        self._many = False

    def text(self, text: str) -> None:
        self._open = True
        if not text:
            return
        if self._parts and isinstance(self._parts[-1], str):
            self._parts[-1] += text
        else:
            self._parts.append(text)

    def exists(self) -> None:
        self._open = True

    def unknown(self, unknown: Unknown) -> None:
        self._open = True
        self._many = self._many or unknown.many
        self._parts.append(unknown)

    def split(self, text: str) -> None:
        """Add the value of an unquoted variable: it is split at blanks, and patterns in it count."""
        for number, field in enumerate(_FIELDS.split(text)):
            if number:
                self._close()
            if field:
                # What follows may close a bracket: then the whole is unknown.
                _add_pattern(self, field, closes=True)

    def words_of(self, items: list[Word]) -> None:
        """Add the items of an array: the first is joined to what stands before, the last to what follows."""
        for number, item in enumerate(items):
            if number:
                self._close()
            self._open = True
            for part in item.parts:
                if isinstance(part, str):
                    self.text(part)
                else:
                    self.unknown(part)

    def _close(self) -> None:
        if self._open:
            self._done.append(Word(tuple(self._parts), self._span, self._many))
        self._parts = []
        self._open = False
        self._many = False

    def words(self) -> list[Word]:
        self._close()
        return self._done

    def single(self) -> Word:
        return Word(tuple(self._parts), self._span, self._many)


def _closes_later(pieces: list[Piece | Unknown], number: int) -> bool:
    """Whether a later piece may close a bracket that this one opens."""
    return any(not isinstance(piece, Bare) or "]" in piece.text for piece in pieces[number + 1 :])


def _add_pattern(out: _Fields, text: str, *, closes: bool) -> None:
    """Add unquoted text whose pathname patterns are unknown pieces; `closes` where more may follow in a bracket."""
    if not _MAGIC & set(text):
        out.text(text)
        return
    if len(text) > _MAX_PATTERN:
        out.unknown(Unknown("glob", text, many=True))
        return
    at = 0
    for match in _GLOB.finditer(text):
        if match.start() > at:
            out.text(text[at : match.start()])
        out.unknown(Unknown("glob", match[0], many=True))
        at = match.end()
    rest = text[at:]
    if "[" in rest and closes:
        # The bracket may be closed behind a quoted or expanded piece: all of it is unknown then.
        head, _, tail = rest.partition("[")
        if head:
            out.text(head)
        out.unknown(Unknown("glob", "[" + tail, many=True))
    elif rest:
        out.text(rest)


def _source(pieces: tuple[Piece, ...]) -> str:
    return "".join(
        piece if isinstance(piece, str) else piece.text if isinstance(piece, Bare) else piece.source for piece in pieces
    )


def _spreads(piece: Param) -> bool:
    """Whether an expansion in double quotes may still give several words: `"$@"`, `"${a[@]}"`, `"${!x@}"`."""
    if piece.prefix == "#":
        return False
    if piece.subscript is not None:
        return piece.subscript.pieces == (Bare("@"),) or piece.prefix == "!"
    return piece.name == "@" or piece.prefix == "!"


def _with_many(part: Unknown, *, many: bool) -> Unknown:
    if part.many == many:
        return part
    return Unknown(part.why, part.text, part.name, many, part.values, part.commands, part.default)


def _renamed(seen: Setting, piece: Param) -> tuple[_Part, ...]:
    """The parts of a variable's value; a single unknown piece is shown as it is used."""
    parts = () if seen.word is None else seen.word.parts
    if len(parts) == 1 and isinstance(parts[0], Unknown):
        only = parts[0]
        name = only.name if only.why in {"env", "user", "positional", "special"} else piece.name
        return (Unknown(only.why, piece.source, name, only.many, only.values, only.commands, only.default),)
    return parts


def _or_default(piece: Param, parts: tuple[_Part, ...], default: Word | None) -> tuple[_Part, ...]:
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


def _opaque(piece: Param, parts: tuple[_Part, ...]) -> Unknown:
    commands = tuple(index for part in parts if isinstance(part, Unknown) for index in part.commands)
    return Unknown("computed", piece.source, piece.name, commands=commands)


def _trimmed(piece: Param, parts: tuple[_Part, ...], operand: RawWord) -> tuple[_Part, ...]:
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
