"""Functions and coprocesses: commands that give a name to another (bash manual 3.2.6, 3.3)."""

from interposer_shell.compound import CLOSERS, RESERVED, Compounds
from interposer_shell.cursor import Cursor
from interposer_shell.lexer import NAME
from interposer_shell.tree import Bare, Compound, Item, Sequence, Simple


class Definitions(Compounds):
    """Functions and coprocesses.

    Attributes:
        in_substitution: bash will print what is read here, and read it again.
    """

    __slots__ = ("in_substitution",)

    def __init__(self, text: str, outer: Cursor | None = None) -> None:
        super().__init__(text, outer)
        self.in_substitution = False

    def function_keyword(self, start: int) -> Compound:
        """The definition behind the reserved word `function`, which is passed."""
        self.note("function-keyword")
        self.blank()
        name = self.word()
        if len(name.pieces) != 1 or any(
            not isinstance(piece, Bare) and name.pieces != (self.text[name.start : name.end],) for piece in name.pieces
        ):
            self.fail("syntax", start, "the function's name")
        self.blank()
        if self.text.startswith("(", self.at):
            self.parentheses_of_function(start)
        self.depth -= 1
        return self.function(self.text[name.start : name.end], start)

    def function(self, name: str, start: int) -> Compound:
        """The definition of a function whose name and parentheses are passed."""
        self.gap()
        body = self._compound_only(start)
        # The redirections of the body belong to each call.
        return Compound("function", name, (_list_of(body),), (), start, self.at)

    def _compound_only(self, start: int) -> Compound:
        self.join()
        self.deeper()
        if self.at >= len(self.text):
            self.fail("unterminated", start, "the function's body is missing")
        match = RESERVED.match(self.text, self.at)
        if self.text[self.at] != "(" and (match is None or match[0] in {*CLOSERS, "!", "time", "function", "coproc"}):
            self.fail("syntax", start, "a compound command is missing")
        if self.text[self.at] != "{":
            self.note("function-body")
        body = self.command()
        self.depth -= 1
        if not isinstance(body, Compound):
            self.fail("syntax", start, "a compound command is missing")
        return body

    def coproc(self, start: int) -> Compound:
        """The command behind the reserved word `coproc`, which is passed."""
        self.note("coproc")
        if self.in_substitution:
            self.fail("here-document", start, "bash prints a coproc inside a substitution and reads it anew")
        self.blank()
        name = "COPROC"
        before = self.at
        match = NAME.match(self.text, self.at)
        if match and not RESERVED.match(self.text, self.at):
            self.at = match.end()
            self.blank()
            begins = RESERVED.match(self.text, self.at)
            if self.at > match.end() and (self.text.startswith("(", self.at) or (begins and begins[0] not in CLOSERS)):
                name = match[0]
            else:
                self.at = before
        if self.at >= len(self.text) or self.at_end() or self.text[self.at] in "|\n":
            self.fail("syntax", start, "`coproc` alone")
        begins = RESERVED.match(self.text, self.at)
        if begins and begins[0] in {"!", "time", "function", "coproc"}:
            self.fail("syntax", start, "behind `coproc`")
        body = self.command()
        self.depth -= 1
        return Compound("coproc", name, (_list_of(body),), (), start, self.at)


def _list_of(command: Simple | Compound) -> Sequence:
    return Sequence((Item("", (command,), (), background=False),))
