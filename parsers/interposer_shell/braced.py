"""`${...}` by bash's own rules (bash manual 3.5.3; parse.y `parse_matched_pair`, subst.c `parameter_brace_expand`)."""

import re

from interposer_shell.arithmetic import Arithmetics
from interposer_shell.pieces import add_bare
from interposer_shell.tree import Param, Piece, RawWord

_BRACE_RUN = re.compile(r"[^}'\"\\$`<>]+")
_BRACE_DOUBLE_RUN = re.compile(r"[^}\"\\$`']+")
_SUBSCRIPT_RUN = re.compile(r"[^\[\]'\"\\$`<>]+")
_PARAM = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?\-$!]")
_OPERATOR = re.compile(r":[-=?+]|##|%%|//|/#|/%|\^\^|,,|[-=?+#%/^,:]|@(?=[UuLQEPAKak]\})")
_TRANSFORM = re.compile(r"[@*]\}")
_WORD_OPERATORS = frozenset({":-", ":=", ":?", ":+", "-", "=", "?", "+"})
_PORTABLE = _WORD_OPERATORS | {"", "#", "##", "%", "%%"}


class Braced(Arithmetics):
    """Parameter expansions in braces, and subscripts."""

    __slots__ = ()

    def braced(self, *, quoted: bool, here: bool) -> Param:
        """`${...}` (bash manual 3.5.3)."""
        start = self.at
        self.at += 2
        self.deeper()
        self.cut_at(self.at)
        prefix = self._prefix()
        name = self._parameter(start)
        index = self._index(quoted=quoted) if self.text.startswith("[", self.at) else None
        self.cut_at(self.at)
        operator = ""
        operand: RawWord | None = None
        if prefix == "!" and _TRANSFORM.match(self.text, self.at):
            operator = "names"
            self.at += 1
        elif not self.text.startswith("}", self.at):
            operator = self._operator(start)
            operand = self._operand(operator, quoted=quoted, here=here)
        if not self.text.startswith("}", self.at):
            self.fail("unterminated" if self.at >= len(self.text) else "bad-substitution", start)
        self.at += 1
        self.depth -= 1
        if prefix == "#" and operator:
            self.fail("bad-substitution", start)
        if prefix == "!" or index or operator not in _PORTABLE:
            self.note("expansion", start)
        return Param(self.text[start : self.at], quoted, name, operator, prefix, index, operand)

    def _prefix(self) -> str:
        """`#` or `!` in front of a name; alone, either is itself the name."""
        first = self.text[self.at : self.at + 1]
        if first == "!":
            prefixed = _PARAM.match(self.text, self.at + 1) is not None
        elif first == "#":
            match = _PARAM.match(self.text, self.at + 1)
            prefixed = match is not None and (match[0][0].isalnum() or match[0][0] == "_" or self._lone(match))
        else:
            return ""
        if not prefixed:
            return ""
        self.at += 1
        self.cut_at(self.at)
        return first

    def _lone(self, match: re.Match[str]) -> bool:
        return self.text.startswith("}", match.end())

    def _parameter(self, start: int) -> str:
        match = _PARAM.match(self.text, self.at)
        if not match:
            self.fail("bad-substitution", start)
        end = match.end()
        while self.continued and self.text.startswith("\\\n", end):
            self.cut(end)
            match = _PARAM.match(self.text, self.at)
            end = match.end() if match else end
        name = self.text[self.at : end]
        self.at = end
        return name

    def _operator(self, start: int) -> str:
        match = _OPERATOR.match(self.text, self.at)
        if not match:
            self.fail("bad-substitution", start)
        self.at = match.end()
        if self.continued and self.text.startswith("\\\n", self.at):
            self.fail("continuation")
        if match[0] == "@":
            self.at += 1
            return match[0] + self.text[self.at - 1]
        return match[0]

    def _index(self, *, quoted: bool) -> RawWord:
        self.at += 1
        start = self.at
        pieces = self.subscript(quoted=quoted)
        return RawWord(tuple(pieces), start, self.at - 1)

    def subscript(self, *, quoted: bool = False) -> list[Piece]:
        """The pieces of `[...]` up to the `]` that ends it, which is passed; the opening one is already."""
        start = self.at
        pieces: list[Piece] = []
        level = 0
        while True:
            pieces += self.unquoted(_SUBSCRIPT_RUN)
            following = self.text[self.at : self.at + 1]
            if not following:
                self.fail("unterminated", start, "subscript")
            self.at += 1
            if following == "]":
                if level == 0:
                    break
                level -= 1
            elif following == "[":
                level += 1
            add_bare(pieces, following)
        # What is quoted here is expanded once more when the array is not associative, or when the whole is quoted.
        if any(
            isinstance(piece, str) and ("$" in piece or "`" in piece or (quoted and '"' in piece)) for piece in pieces
        ):
            self.fail("hidden-code", start)
        return pieces

    def _operand(self, operator: str, *, quoted: bool, here: bool) -> RawWord:
        start = self.at
        pieces: list[Piece] = []
        if quoted:
            self._quoted_operand(pieces, operator, here=here)
            inside = self.text[start : self.at]
            if "<(" in inside or ">(" in inside:
                # In a pattern bash runs it, double quotes or not; behind `:-` it does not.
                self.fail("quote-in-expansion", start)
            return RawWord(tuple(pieces), start, self.at)
        while True:
            pieces += self.unquoted(_BRACE_RUN)
            following = self.text[self.at : self.at + 1]
            if following not in {"<", ">"}:
                break
            add_bare(pieces, following)
            self.at += 1
        if operator == ":" and "'" in self.text[start : self.at]:
            self.fail("quote-in-expansion", start)
        return RawWord(tuple(pieces), start, self.at)

    def _quoted_operand(self, pieces: list[Piece], operator: str, *, here: bool) -> None:
        """The operand of an expansion inside double quotes: there a single quote protects only in patterns."""
        while True:
            pieces += self.inside_double(_BRACE_DOUBLE_RUN, escapes='$`"\\}', here=here)
            following = self.text[self.at : self.at + 1]
            if following == '"':
                if here:
                    self.fail("quote-in-expansion")
                self.at += 1
                pieces += self.double_pieces()
            elif following == "'":
                self.note("quoted-operand")
                pieces += self._quoted_single(operator, here=here)
            else:
                return

    def _quoted_single(self, operator: str, *, here: bool) -> list[Piece]:
        start = self.at
        if operator in _WORD_OPERATORS:
            return self.soft_single()
        content = self.single()
        if here or self.text[start - 1] == "$" or set(content) & {"$", "`", '"', "\\"}:
            self.fail("quote-in-expansion", start)
        return [content]
