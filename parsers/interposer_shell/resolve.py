"""Words resolved as bash would (bash manual 3.5), as far as that is known without running anything."""

from interposer_shell import braces
from interposer_shell.expansion import Expansions
from interposer_shell.fields import MAGIC, Fields
from interposer_shell.pieces import source_of
from interposer_shell.tilde import Login, logins
from interposer_shell.tree import Arith, Bare, Param, Piece, RawWord, Subst
from interposer_shell.variables import POSITIONAL
from interposer_shell.word import Unknown, Word

_SPLITTING = frozenset(" \t\n*?[")


class Resolver(Expansions):
    """Words as seen from `spot`."""

    __slots__ = ()

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
            return [Word((Unknown("computed", source_of(pieces), many=True),), span, many=True)]
        if expanded != [pieces]:
            self._around.note("brace-expansion", raw.start)
        return [word for one in expanded if one for word in self._one_word(one, raw)]

    def value(self, raw: RawWord, *, colons: bool = True) -> Word:
        """The one word of an assignment's value (with `colons`), a here-string, a redirection's target."""
        pieces = raw.pieces
        if len(pieces) == 1 and isinstance(pieces[0], str):
            return Word((pieces[0],) if pieces[0] else (), self._place(raw.start, raw.end))
        out = Fields(self._place(raw.start, raw.end))
        for piece in self._tilde(pieces, colons=colons, assigned=True):
            self._add(out, piece, single=True)
        return out.single()

    def target(self, raw: RawWord) -> Word:
        """A redirection's target: a pathname pattern in it still counts."""
        words = self._one_word(raw.pieces, raw)
        if len(words) == 1:
            return words[0]
        return Word(
            (Unknown("computed", source_of(raw.pieces), many=True),), self._place(raw.start, raw.end), many=True
        )

    def visit(self, raw: RawWord) -> None:
        """Go through a word for the sake of what it runs; its value is not asked for."""
        for piece in raw.pieces:
            if not isinstance(piece, str | Bare):
                self._unknown(piece)

    def _one_word(self, pieces: tuple[Piece, ...], raw: RawWord) -> list[Word]:
        out = Fields(self._place(raw.start, raw.end))
        resolved = self._tilde(pieces, colons=False, assigned=False)
        for number, piece in enumerate(resolved):
            closes = "[" in piece.text and _closes_later(resolved, number) if isinstance(piece, Bare) else False
            self._add(out, piece, single=False, closes=closes)
        return out.words()

    def _add(self, out: "Fields", piece: Piece | Unknown, *, single: bool, closes: bool = False) -> None:
        match piece:
            case str():
                out.text(piece)
            case Bare():
                if single or not MAGIC & set(piece.text):
                    out.text(piece.text)
                else:
                    out.pattern(piece.text, closes=closes)
            case Unknown():
                out.unknown(piece)
            case Param():
                self._add_parameter(out, piece, single=single or piece.quoted)
            case Subst() | Arith():
                out.unknown(self._unknown(piece, single=single))

    def _tilde(self, pieces: tuple[Piece, ...], *, colons: bool, assigned: bool) -> list[Piece | Unknown]:
        """The pieces with each `~` that bash expands resolved."""
        if not any(isinstance(piece, Bare) and "~" in piece.text for piece in pieces):
            return list(pieces)
        out: list[Piece | Unknown] = []
        for piece in logins(pieces, colons=colons, assigned=assigned):
            if isinstance(piece, Login):
                if piece.argument:
                    self._around.note("tilde-in-argument", 0)
                out += self._home(piece.name)
            else:
                out.append(piece)
        return out

    def _home(self, login: str) -> tuple[str | Unknown, ...]:
        source = "~" + login
        if not login or login in {"+", "-"}:
            name = {"": "HOME", "+": "PWD", "-": "OLDPWD"}[login]
            return self.variable(Param(source, quoted=True, name=name))
        if login[-1].isdigit() and not login[0].isalpha():
            return (Unknown("computed", source),)
        return (Unknown("user", source, login),)

    def _add_parameter(self, out: "Fields", piece: Param, *, single: bool) -> None:
        array = self._array(piece)
        if array is not None and not (single and not piece.quoted):
            out.words_of(array)
            return
        split = not single
        for part in self.parameter(piece):
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

    def _splits_otherwise(self) -> bool:
        self.asked.add("IFS")
        return self._variables.touched("IFS", self.spot)

    def _array(self, piece: Param) -> list[Word] | None:
        """The items of `"${a[@]}"` or `"$@"` where the one assignment that it sees lists them."""
        if not piece.quoted or piece.op or piece.prefix:
            return None
        if piece.name != POSITIONAL and (piece.subscript is None or piece.subscript.pieces != (Bare("@"),)):
            return None
        items = self.items(piece.name)
        return None if items is None else list(items)

    def _unknown(self, piece: Param | Subst | Arith, *, single: bool = True) -> Unknown:
        match piece:
            case Param():
                for part in self.parameter(piece):
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


def _closes_later(pieces: list[Piece | Unknown], number: int) -> bool:
    """Whether a later piece may close a bracket that this one opens."""
    return any(not isinstance(piece, Bare) or "]" in piece.text for piece in pieces[number + 1 :])


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
