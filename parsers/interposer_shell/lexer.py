"""Words by bash's own token rules (bash manual 3.1.2, 3.5; parse.y `read_token_word`, `parse_matched_pair`).

The lexer walks the text once from left to right. A line continuation that bash would remove is cut out of the text
when the lexer reaches it, so that no rule below needs to know of it; `place` turns offsets back.
"""

import re
from typing import Final

from interposer_shell.ansi import decode
from interposer_shell.cursor import Cursor
from interposer_shell.tree import Arith, Bare, Param, Piece, RawWord, Sequence, Subst

MAX_RETRIES: Final = 32
"""How often `((` may turn out to be two subshells; each costs one more reading of what it holds."""

PLAIN: Final = re.compile(r"[^ \t\n;&|<>()'\"\\$`*?\[{}~]+")
"""A word that stands for itself, where a blank, an operator or the end follows."""

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_WORD_RUN = re.compile(r"[^ \t\n;&|<>()'\"\\$`]+")
_BRACE_RUN = re.compile(r"[^}'\"\\$`<>]+")
_SUBSCRIPT_RUN = re.compile(r"[^\[\]'\"\\$`<>]+")
_ARITH_RUN = re.compile(r"[^()\[\]\"'\\$`]+")
_GROUP_RUN = re.compile(r"[^()'\"\\$`<>]+")
_DOUBLE_RUN = re.compile(r"[^\"\\$`]+")
_HERE_RUN = re.compile(r"[^\\$`]+")
_BRACE_DOUBLE_RUN = re.compile(r"[^}\"\\$`']+")
_ANSI = re.compile(r"(?:[^'\\]|\\.)*'", re.DOTALL)
_BACKTICK = re.compile(r"(?:[^`\\]|\\.)*`", re.DOTALL)
_FLAGS = frozenset("=~^+%,&/.<>")  # zsh gives a meaning to some of them behind a `$`
_SUFFIXES = frozenset({"[", ":"})
_SPECIAL = frozenset("@*#?-$!")
_PARAM = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?\-$!]")
_OPERATOR = re.compile(r":[-=?+]|##|%%|//|/#|/%|\^\^|,,|[-=?+#%/^,:]|@(?=[UuLQEPAKak]\})")
_TRANSFORM = re.compile(r"[@*]\}")
_WORD_OPERATORS = frozenset({":-", ":=", ":?", ":+", "-", "=", "?", "+"})
_HALTING = frozenset("}\"'`\\")
_DELIMITER = re.compile(r"[^ \t\n;&|<>()'\"\\$`]+")


class Lexer(Cursor):
    """The words that begin at a position."""

    __slots__ = ()

    # -- words ---------------------------------------------------------------------------------------------------

    def word(self) -> RawWord:
        """The word that begins here; there must be one."""
        start = self.at
        match = PLAIN.match(self.text, start)
        if match:
            end = match.end()
            if end == len(self.text) or self.text[end] in " \t\n;|&)":
                self.at = end
                return RawWord((match[0],), start, end)
        pieces = self.unquoted(_WORD_RUN)
        if self.at == start and not pieces:
            self.fail("syntax", detail="a word is missing" if start >= len(self.text) else f"`{self.text[start]}`")
        return RawWord(tuple(pieces), start, self.at)

    def unquoted(self, run: re.Pattern[str]) -> list[Piece]:
        """Pieces up to a character that neither `run` nor quoting takes."""
        pieces: list[Piece] = []
        while True:
            match = run.match(self.text, self.at)
            if match:
                self.at = match.end()
                add_bare(pieces, match[0])
            following = self.text[self.at : self.at + 1]
            if following == "$":
                self._dollar_into(pieces)
            elif following == '"':
                self.at += 1
                pieces += self._double_pieces()
            elif following == "'":
                pieces.append(self._single())
            elif following == "\\":
                self._escape_into(pieces)
            elif following == "`":
                pieces.append(self._backtick(quoted=False))
            elif following in {"<", ">"} and self.text.startswith("(", self.at + 1):
                pieces.append(self._substitution(following + "(", quoted=False))
            else:
                return pieces

    def _escape_into(self, pieces: list[Piece]) -> None:
        if self.cut_here():
            return
        escaped = self.text[self.at + 1 : self.at + 2]
        # A backslash that ends the text stands for itself.
        if not escaped:
            self.note("last-backslash")
        pieces.append(escaped or "\\")
        self.at += 2 if escaped else 1

    def _single(self) -> str:
        end = self.text.find("'", self.at + 1)
        if end < 0:
            self.fail("unterminated", detail="single quote")
        content = self.text[self.at + 1 : end]
        self.at = end + 1
        return content

    def _dollar_into(self, pieces: list[Piece]) -> None:
        """Add what an unquoted `$` begins."""
        self._cut_after_dollar()
        following = self.text[self.at + 1 : self.at + 2]
        if following == "'":
            pieces.append(self._ansi())
        elif following == '"':
            self.note("locale-quote")
            self.at += 2
            pieces += self._double_pieces()
        else:
            piece = self._dollar(quoted=False)
            if isinstance(piece, str):
                add_bare(pieces, piece)
            else:
                pieces.append(piece)

    def _ansi(self) -> str:
        self.note("ansi-quote")
        start = self.at
        match = _ANSI.match(self.text, start + 2)
        if not match:
            self.fail("unterminated", detail="`$'`")
        self.at = match.end()
        decoded = decode(match[0][:-1])
        if decoded is None:
            self.fail("syntax", start, "an escape in `$'...'` without a fixed meaning")
        return decoded

    def _double_pieces(self) -> list[Piece]:
        """Pieces of a double-quoted string; the opening quote is passed already."""
        start = self.at
        pieces = self._inside_double(_DOUBLE_RUN, escapes='$`"\\')
        if not self.text.startswith('"', self.at):
            self.fail("unterminated", start, "double quote")
        self.at += 1
        return pieces or [""]

    def _inside_double(self, run: re.Pattern[str], *, escapes: str, here: bool = False) -> list[Piece]:
        """Pieces by the rules of double quotes up to a character that `run` does not take."""
        pieces: list[Piece] = []
        while True:
            match = run.match(self.text, self.at)
            if match:
                self.at = match.end()
                add_text(pieces, match[0])
            following = self.text[self.at : self.at + 1]
            if following == "$":
                self._cut_after_dollar()
                piece = self._dollar(quoted=True, here=here)
                if isinstance(piece, str):
                    add_text(pieces, piece)
                else:
                    pieces.append(piece)
            elif following == "\\":
                if not self.cut_here():
                    escaped = self.text[self.at + 1 : self.at + 2]
                    add_text(pieces, escaped if escaped and escaped in escapes else "\\" + escaped)
                    self.at += 1 + len(escaped)
            elif following == "`":
                pieces.append(self._backtick(quoted=True, here=here))
            else:
                return pieces

    def here_pieces(self) -> list[Piece]:
        """The pieces of a whole here-document body (its delimiter unquoted)."""
        return self._inside_double(_HERE_RUN, escapes="$`\\", here=True)

    def double_text(self) -> list[Piece]:
        """The pieces of the whole text as bash expands a string by the rules of double quotes."""
        return self._inside_double(_HERE_RUN, escapes='$`"\\')

    # -- expansions ----------------------------------------------------------------------------------------------

    def _cut_after_dollar(self) -> None:
        while self.continued and self.text.startswith("\\\n", self.at + 1):
            self.cut(self.at + 1)

    def _dollar(self, *, quoted: bool, here: bool = False) -> Piece:  # noqa: C901 (one branch a following character)
        """What `$` begins here; a plain str where it stands for itself."""
        start = self.at
        following = self.text[start + 1 : start + 2]
        if following == "(":
            while self.continued and self.text.startswith("\\\n", start + 2):
                self.cut(start + 2)
            if self.text.startswith("(", start + 2):
                return self._double_parenthesis(quoted=quoted)
            return self._substitution("$(", quoted=quoted)
        if following == "{":
            return self._braced(quoted=quoted, here=here)
        if following == "[":
            self.note("dollar-bracket")
            self.at += 2
            text = self.arithmetic("]")
            return Arith(self.text[start : self.at], quoted, text)
        if match := NAME.match(self.text, start + 1):
            end = match.end()
            while self.continued and self.text.startswith("\\\n", end):
                self.cut(end)
                end = NAME.match(self.text, start + 1).end()  # type: ignore[union-attr]  # it did already
            self.at = end
            if self.text[end : end + 1] in _SUFFIXES:
                self.note("suffix")
            return Param(self.text[start:end], quoted, self.text[start + 1 : end])
        if following and (following in _SPECIAL or following in "0123456789"):
            self.at += 2
            if self.text[self.at : self.at + 1] in _SUFFIXES or self.text[self.at : self.at + 1].isdigit():
                self.note("suffix")
            return Param(self.text[start : self.at], quoted, following)
        if following in _FLAGS:
            self.note("suffix")
        self.at += 1
        return "$"

    def _substitution(self, opener: str, *, quoted: bool) -> Subst:
        if opener != "$(":
            self.note("process-substitution")
        start = self.at
        self.at += 2
        self.deeper()
        outer, self.pending = self.pending, []
        body = self.nested_list()
        if self.pending:
            self.fail("here-document", start, "its body lies outside the substitution")
        self.pending = outer
        self.depth -= 1
        if not self.text.startswith(")", self.at):
            self.fail("unterminated", start, f"`{opener}`")
        self.at += 1
        return Subst(self.text[start : self.at], quoted, opener, body, start=start)

    def nested_list(self) -> Sequence:
        """The commands of a substitution, up to its `)`."""
        raise NotImplementedError

    def foreign_list(self, text: str) -> Sequence:
        """The commands of another text (a backtick substitution's, unescaped)."""
        raise NotImplementedError

    def _double_parenthesis(self, *, quoted: bool) -> Arith | Subst:
        """`$((`: arithmetic, or a substitution that begins with a subshell where no `))` closes it."""
        start = self.at
        state = len(self.cuts), len(self.features)
        self.at += 3
        text = self.arithmetic(")")
        if self.text.startswith(")", self.at):
            self._check_balance(text)
            self.at += 1
            return Arith(self.text[start : self.at], quoted, text)
        # bash has found the end by counting parentheses; the commands inside must end there too.
        self.arithmetic(")")
        end = self.at
        self._retry(start, state)
        self.note("double-subshell")
        piece = self._substitution("$(", quoted=quoted)
        if self.at != end:
            self.fail("syntax", start, "the end of `$((` depends on how it is read")
        return piece

    def _check_balance(self, word: RawWord) -> None:
        """Bash takes `$((...))` for commands where the parentheses in it do not pair (subst.c `chk_arithsub`).

        That includes those of a `case` in a substitution. It skips quotes, and so both ways of counting must agree.
        """
        text = self.text[word.start : word.end]
        if not (_pairs(text) and _pairs(_QUOTED.sub("", text))):
            self.fail("syntax", word.start, "parentheses that do not pair inside `$((`")

    def _retry(self, start: int, state: tuple[int, int]) -> None:
        """Go back to `start` to read `((` the other way."""
        self.retries[0] += 1
        if len(self.cuts) != state[0] or self.retries[0] > MAX_RETRIES:
            self.fail("syntax", start, "`((` that is not arithmetic")
        del self.features[state[1] :]
        self.at = start

    def arithmetic(self, close: str) -> RawWord:
        """The text of an arithmetic expression up to the `close` that ends it, which is passed.

        Single quotes do not protect here: bash expands what stands between them.
        """
        start = self.at
        pieces: list[Piece] = []
        level = 0
        opening = "(" if close == ")" else "["
        while True:
            if match := _ARITH_RUN.match(self.text, self.at):
                self.at = match.end()
                add_text(pieces, match[0])
            following = self.text[self.at : self.at + 1]
            if following == close and level == 0:
                word = RawWord(tuple(pieces), start, self.at)
                self.at += 1
                return word
            if following and following in "()[]":
                level += (following == opening) - (following == close)
                add_text(pieces, following)
                self.at += 1
            elif following == '"':
                self.at += 1
                pieces += self._double_pieces()
            elif following == "'":
                pieces += self._soft_single()
            elif following in {"$", "\\", "`"} and following:
                pieces += self._inside_double(_NOTHING, escapes='$`"\\')
            else:
                self.fail("unterminated", start, "arithmetic")

    def _soft_single(self) -> list[Piece]:
        """Single quotes that bash skips over when it looks for the end, but that do not stop expansion."""
        start = self.at
        content = self._single()
        if self.text[start - 1] == "$" or _HALTING & set(content):
            self.fail("quote-in-expansion", start)
        end = self.at
        self.at = start + 1
        pieces: list[Piece] = ["'"]
        pieces += self._inside_double(_SOFT_RUN, escapes="")
        if self.at != end - 1:
            self.fail("quote-in-expansion", start)
        self.at = end
        pieces.append("'")
        return pieces

    def _braced(self, *, quoted: bool, here: bool) -> Param:
        """`${...}` (bash manual 3.5.3)."""
        start = self.at
        self.at += 2
        self.deeper()
        self.cut_all_here()
        prefix = self._prefix()
        name = self._parameter(start)
        index = self._index(quoted=quoted) if self.text.startswith("[", self.at) else None
        self.cut_all_here()
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
        self.cut_all_here()
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
            pieces += self._inside_double(_BRACE_DOUBLE_RUN, escapes='$`"\\}', here=here)
            following = self.text[self.at : self.at + 1]
            if following == '"':
                if here:
                    self.fail("quote-in-expansion")
                self.at += 1
                pieces += self._double_pieces()
            elif following == "'":
                self.note("quoted-operand")
                pieces += self._quoted_single(operator, here=here)
            else:
                return

    def _quoted_single(self, operator: str, *, here: bool) -> list[Piece]:
        start = self.at
        if operator in _WORD_OPERATORS:
            return self._soft_single()
        content = self._single()
        if here or self.text[start - 1] == "$" or set(content) & {"$", "`", '"', "\\"}:
            self.fail("quote-in-expansion", start)
        return [content]

    def _backtick(self, *, quoted: bool, here: bool = False) -> Subst:
        start = self.at
        match = _BACKTICK.match(self.text, start + 1)
        if not match:
            self.fail("unterminated", start, "backtick")
        inner = match[0][:-1]
        if "\\\n" in inner and "'" in inner:
            self.fail("continuation", start)
        if here and '\\"' in inner:
            self.fail("quote-in-expansion", start)
        self.at = match.end()
        inner = (_UNESCAPE_QUOTED if quoted else _UNESCAPE).sub(r"\1", inner)
        self.deeper()
        body = self.foreign_list(inner)
        self.depth -= 1
        return Subst(self.text[start : self.at], quoted, "`", body, foreign=True)

    # -- pieces with rules of their own --------------------------------------------------------------------------

    def group(self) -> list[Piece]:
        """The pieces of `(...)` in a pattern or a regular expression, both parentheses included."""
        start = self.at
        pieces: list[Piece] = []
        level = 0
        while True:
            following = self.text[self.at : self.at + 1]
            if following == "(":
                level += 1
            elif following == ")":
                level -= 1
            elif not following:
                self.fail("unterminated", start, "`(`")
            elif following not in {"<", ">"}:
                self.fail("syntax", start)
            add_bare(pieces, following)
            self.at += 1
            if level == 0:
                return pieces
            pieces += self.unquoted(_GROUP_RUN)

    def grouped_word(self, *, regex: bool) -> RawWord:
        """A pattern or regular expression of `[[ ]]`: parentheses may belong to it."""
        start = self.at
        pieces: list[Piece] = []
        while True:
            pieces += self.unquoted(_WORD_RUN)
            following = self.text[self.at : self.at + 1]
            if regex and following == "|":
                add_bare(pieces, following)
                self.at += 1
            elif following == "(" and (regex or (pieces and _ends_extended(pieces[-1]))):
                pieces += self.group()
            elif self.at == start:
                self.fail("syntax", detail="a word is missing")
            else:
                return RawWord(tuple(pieces), start, self.at)

    def here_delimiter(self) -> tuple[str, bool]:  # noqa: C901 (one branch a kind of quote)
        """The delimiter of a here-document and whether any of it is quoted; nothing is expanded in it."""
        start = self.at
        text = ""
        quoted = False
        while True:
            if match := _DELIMITER.match(self.text, self.at):
                self.at = match.end()
                text += match[0]
            following = self.text[self.at : self.at + 1]
            if following == "'":
                text += self._single()
                quoted = True
            elif following == '"':
                end = self.text.find('"', self.at + 1)
                inner = self.text[self.at + 1 : end]
                if end < 0 or set(inner) & {"\\", "$", "`"}:
                    self.fail("here-document", start, "a delimiter that is not plain")
                text += inner
                quoted = True
                self.at = end + 1
            elif following == "\\":
                if not self.cut_here():
                    if self.at + 1 == len(self.text):
                        self.fail("here-document", start, "a delimiter that is not plain")
                    text += self.text[self.at + 1]
                    quoted = True
                    self.at += 2
            elif following == "$" and NAME.match(self.text, self.at + 1):
                text += "$"
                self.at += 1
            elif following in {"$", "`"} and following:
                self.fail("here-document", start, "a delimiter that is not plain")
            else:
                break
        if self.at == start or "\n" in text:
            self.fail("here-document", start, "a delimiter that is not plain")
        return text, quoted


_QUOTED = re.compile(r"\\.|'[^']*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_NOTHING = re.compile(r"(?!)")
_SOFT_RUN = re.compile(r"[^'\\$`\"]+")
_UNESCAPE = re.compile(r"\\([$`\\])")
_UNESCAPE_QUOTED = re.compile(r"\\([$`\\\"])")
_PORTABLE = frozenset({"", ":-", ":=", ":?", ":+", "-", "=", "?", "+", "#", "##", "%", "%%"})


def add_bare(pieces: list[Piece], text: str) -> None:
    """Append unquoted text, joined to unquoted text before it."""
    if pieces and isinstance(pieces[-1], Bare):
        pieces[-1] = Bare(pieces[-1].text + text)
    else:
        pieces.append(Bare(text))


def add_text(pieces: list[Piece], text: str) -> None:
    """Append quoted text, joined to quoted text before it."""
    if pieces and isinstance(pieces[-1], str):
        pieces[-1] += text
    else:
        pieces.append(text)


def _pairs(text: str) -> bool:
    level = 0
    for character in text:
        if character in "()":
            level += 1 if character == "(" else -1
            if level < 0:
                return False
    return level == 0


def _ends_extended(piece: Piece) -> bool:
    return isinstance(piece, Bare) and piece.text[-1] in "?*+@!"
