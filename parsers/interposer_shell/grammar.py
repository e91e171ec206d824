"""Commands by bash's own grammar (bash manual 3.2; parse.y), by recursive descent over the lexer."""

import re
from typing import Final

from interposer_shell.conditional import JOINT
from interposer_shell.heredoc import read_body
from interposer_shell.lexer import NAME, PLAIN
from interposer_shell.simple import SimpleCommands
from interposer_shell.tree import Bare, Compound, Item, RawRedirect, RawWord, Sequence, Simple

MAX_PREFIXES: Final = 100
"""`!` and `time` in front of one pipeline."""

_RESERVED = re.compile(
    r"(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|select|function|coproc|time|\{|\}|!|\[\[)"
    r"(?![^ \t\n;&|<>()])"
)
_CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})
_CASE_END = re.compile(r";;&|;;|;&")


class Parser(SimpleCommands):
    """One text's grammar; `parse` is its only entrance."""

    __slots__ = ("_in_substitution",)

    def __init__(self, text: str, outer: "Parser | None" = None) -> None:
        super().__init__(text, outer)
        self._in_substitution = False

    def parse(self) -> Sequence:
        """All commands of the text; raises `ShellSyntaxError` where there is no sound reading."""
        sequence = self.sequence()
        if self.at < len(self.text):
            self.unexpected()
        if self.pending:
            self._bodies()
        return sequence

    # -- lists ---------------------------------------------------------------------------------------------------

    def nested_list(self) -> Sequence:
        """The commands of a substitution; bash 5.2 prints and re-reads those that hold a here-document."""
        outer, self._in_substitution = self._in_substitution, True
        start = self.at
        sequence = self.sequence()
        self._in_substitution = outer
        if "<<" in self.text[start : self.at]:
            self._check_reprint(sequence, start)
        return sequence

    def _check_reprint(self, sequence: Sequence, start: int) -> None:
        if _holds_here_document(sequence) and not _is_plain_list(sequence):
            self.fail("here-document", start, "bash joins commands that follow a here-document inside a substitution")

    def foreign_list(self, text: str) -> Sequence:
        """The commands of a backtick substitution."""
        inner = Parser(text, self)
        inner._in_substitution = False
        count = len(self.features)
        sequence = inner.parse()
        self.features[count:] = [(feature, self.at) for feature, _ in self.features[count:]]
        return sequence

    def sequence(self) -> Sequence:
        """A list of pipelines up to something that cannot begin one."""
        items: list[Item] = []
        joined = ""
        first = 0  # where the current and-or list begins
        while True:
            self.gap()
            if self._at_end():
                if joined in {"&&", "||"}:
                    self.fail("unterminated" if self.at >= len(self.text) else "syntax", detail=f"after `{joined}`")
                return Sequence(tuple(items))
            items.append(self._pipeline(joined))
            self.blank()
            self._comment_passed()
            following = self.text[self.at : self.at + 1]
            if match := JOINT.match(self.text, self.at):
                joined = match[0]
                self.at = match.end()
                continue
            if following == "&":
                items[first:] = [item._replace(background=True) for item in items[first:]]
                self.at += 1
                if self.text[self.at : self.at + 1] in {"!", "|"}:
                    self.note("background-suffix")
            elif following == "\n" or (following == ";" and self.text[self.at + 1 : self.at + 2] not in {";", "&"}):
                if following == "\n":
                    self.newline()
                else:
                    self.at += 1
            else:
                return Sequence(tuple(items))
            joined = "&" if following == "&" else ";"
            first = len(items)

    def _at_end(self) -> bool:
        following = self.text[self.at : self.at + 1]
        if not following or following in ");":
            return True
        if following == "&" and not self.text.startswith("&>", self.at):
            return True
        match = _RESERVED.match(self.text, self.at)
        return match is not None and match[0] in _CLOSERS

    def gap(self) -> None:
        """Skip blanks, newlines and comments."""
        while True:
            self.blank()
            following = self.text[self.at : self.at + 1]
            if following == "\n":
                self.newline()
            elif not self._comment_passed():
                return

    def _comment_passed(self) -> bool:
        """Skip the comment that begins here, up to its newline."""
        if not self.comment():
            return False
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end
        return True

    def newline(self) -> None:
        """Pass a newline token; the bodies of the here-documents of that line follow it."""
        self.at += 1
        if self.pending:
            self._bodies()

    def _bodies(self) -> None:
        pending, self.pending = self.pending, []
        for here in pending:
            start = self.at
            body = read_body(self.text, start, here, nested=self._in_substitution)
            if body is None:
                self.fail("here-document", start, f"the end of `{here.delimiter}`")
            self.at = body.end
            if here.quoted:
                here.body = RawWord((body.text,), start, body.end)
            else:
                here.body = RawWord(tuple(Parser(body.text, self).here_pieces()), start, body.end)

    # -- pipelines -----------------------------------------------------------------------------------------------

    def _pipeline(self, joined: str) -> Item:
        self._pipeline_prefix()
        if self._prefix_alone():
            return Item(joined, (Simple((), (), (), self.at, self.at),), (), background=False)
        members = [self.command()]
        pipes: list[str] = []
        while True:
            self.blank()
            if not self.text.startswith("|", self.at) or self.text.startswith("||", self.at):
                return Item(joined, tuple(members), tuple(pipes), background=False)
            pipe = "|&" if self.text.startswith("|&", self.at) else "|"
            if pipe == "|&":
                self.note("pipe-both")
            self.at += len(pipe)
            self.gap()
            if self._at_end():
                self.fail("unterminated" if self.at >= len(self.text) else "syntax", detail=f"after `{pipe}`")
            pipes.append(pipe)
            members.append(self.command())

    def _pipeline_prefix(self) -> None:
        """`!` and `time`, which are reserved only here."""
        first = len(self.prefixes)
        while True:
            match = _RESERVED.match(self.text, self.at)
            if not match or match[0] not in {"!", "time"}:
                return
            if len(self.prefixes) - first > MAX_PREFIXES:
                self.fail("too-deep")
            if match[0] == "!" and self.text.startswith("(", match.end()):
                self.fail("extended-pattern", hint="write a blank behind `!`")
            if match[0] == "time":
                self.note("time")
            start = self.at
            self.at = match.end()
            self.blank()
            if match[0] == "time":
                self._time_options()
            self.prefixes.append((start, self.at))

    def _time_options(self) -> None:
        for option in ("-p", "--"):
            match = PLAIN.match(self.text, self.at)
            if match and match[0] == option:
                self.at = match.end()
                self.blank()

    def _prefix_alone(self) -> bool:
        """`time` and `!` may stand alone."""
        return self.text[self.at : self.at + 1] in {"", "\n", ";", ")"} or self.text.startswith(("&&", "||"), self.at)

    # -- commands ------------------------------------------------------------------------------------------------

    def command(self) -> Simple | Compound:
        """The command that begins here."""
        following = self.text[self.at]
        if following == "(":
            return self._parenthesis()
        match = _RESERVED.match(self.text, self.at)
        if match is None:
            return self.simple()
        word = match[0]
        if word in _CLOSERS or word == "!":
            self.unexpected()
        if word == "time":
            return self.simple()
        return self._compound(word)

    def _compound(self, word: str) -> Compound:
        start = self.at
        self.deeper()
        self.at += len(word)
        if self.text.startswith("(", self.at):
            self.note("tight")
        kind, name = word, ""
        parts: tuple[RawWord | Sequence, ...]
        match word:
            case "{":
                parts = self._until("}")
            case "if":
                parts = self._if()
            case "while" | "until":
                kind = "while"
                parts = (*self._until("do"), *self._until("done"))
            case "for" | "select":
                kind, name, parts = self._for(word)
            case "case":
                parts = self._case()
            case "[[":
                parts = self.conditional()
            case "function":
                return self._function_keyword(start)
            case _:
                return self._coproc(start)
        self.depth -= 1
        return self._with_redirects(kind, name, parts, start)

    def _with_redirects(self, kind: str, name: str, parts: tuple[RawWord | Sequence, ...], start: int) -> Compound:
        redirects: list[RawRedirect] = []
        while True:
            self.blank()
            redirect = self.redirect()
            if redirect is None:
                break
            redirects.append(redirect)
        self._check_end()
        return Compound(kind, name, parts, tuple(redirects), start, self.at)

    def _check_end(self) -> None:
        """Behind a compound command only an operator or a reserved word may follow."""
        following = self.text[self.at : self.at + 1]
        if not following or following in "\n;|&)#":
            return
        match = _RESERVED.match(self.text, self.at)
        if match is None or match[0] not in _CLOSERS:
            self.unexpected()

    def _until(self, closer: str) -> tuple[Sequence]:
        """A list that must hold something, up to the reserved word `closer`."""
        start = self.at
        body = self.sequence()
        if not body.items:
            self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, f"before `{closer}`")
        self._expect(closer, start)
        return (body,)

    def _expect(self, word: str, start: int) -> None:
        self.gap()
        match = _RESERVED.match(self.text, self.at)
        if match is None or match[0] != word:
            self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, f"`{word}` is missing")
        self.at += len(word)

    def _if(self) -> tuple[Sequence, ...]:
        start = self.at
        parts: list[Sequence] = [*self._until("then")]
        while True:
            body = self.sequence()
            match = _RESERVED.match(self.text, self.at)
            if match is None or not body.items:
                self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, "`fi` is missing")
            parts.append(body)
            self.at = match.end()
            if match[0] == "elif":
                parts += self._until("then")
            elif match[0] == "else":
                parts += self._until("fi")
                return tuple(parts)
            elif match[0] == "fi":
                return tuple(parts)
            else:
                self.unexpected()

    def _for(self, word: str) -> tuple[str, str, tuple[RawWord | Sequence, ...]]:
        start = self.at
        if word == "select":
            self.note("select")
        self.blank()
        if word == "for" and self.text.startswith("((", self.at):
            return self._for_arithmetic(start)
        match = NAME.match(self.text, self.at)
        if not match or self.text[match.end() : match.end() + 1] not in {" ", "\t", "\n", ";", ""}:
            self.fail("syntax", detail="the loop's variable")
        self.at = match.end()
        if "\n" in self.text[self.at : self.at + 1]:
            self.note("prefix")
        words = self._loop_words()
        return word, match[0], (*words, self._loop_body(start))

    def _loop_words(self) -> tuple[RawWord, ...]:
        self.gap()
        words: list[RawWord] = []
        listed = PLAIN.match(self.text, self.at)
        if listed and listed[0] == "in":
            self.at = listed.end()
            self.blank()
            while self.text[self.at : self.at + 1] not in {"\n", ";", ""} and not self.comment():
                words.append(self.word())
                self.blank()
        elif self.text.startswith(";", self.at):
            self.note("for-without-in")
            words.append(_POSITIONAL)
        else:
            self.note("for-without-in")
            words.append(_POSITIONAL)
            return tuple(words)
        if self.text.startswith(";;", self.at):
            self.unexpected()
        if self.text.startswith(";", self.at):
            self.at += 1
        return tuple(words)

    def _loop_body(self, start: int) -> Sequence:
        self.gap()
        if self.text.startswith("{", self.at):
            self.note("brace-loop")
            self.at += 1
            return self._until("}")[0]
        self._expect("do", start)
        return self._until("done")[0]

    def _for_arithmetic(self, start: int) -> tuple[str, str, tuple[RawWord | Sequence, ...]]:
        self.note("arithmetic-for")
        self.at += 2
        text = self.arithmetic(")")
        if not self.text.startswith(")", self.at):
            self.fail("syntax", start, "`((`")
        self.at += 1
        self.blank()
        if self.text.startswith(";", self.at):
            self.at += 1
        return "for((", "", (text, self._loop_body(start))

    def _case(self) -> tuple[RawWord | Sequence, ...]:
        start = self.at
        self.blank()
        parts: list[RawWord | Sequence] = [self.word()]
        self.gap()
        match = PLAIN.match(self.text, self.at)
        if not match or match[0] != "in":
            self.fail("syntax", start, "`in` is missing")
        self.at = match.end()
        while True:
            self.gap()
            closer = _RESERVED.match(self.text, self.at)
            if closer and closer[0] == "esac":
                self.at = closer.end()
                return tuple(parts)
            parts += self._patterns(start)
            body = self.sequence()
            parts.append(body)
            if end := _CASE_END.match(self.text, self.at):
                if end[0] != ";;":
                    self.note("case-fall-through")
                self.at = end.end()
            else:
                self._expect("esac", start)
                return tuple(parts)

    def _patterns(self, start: int) -> list[RawWord]:
        patterns: list[RawWord] = []
        if self.text.startswith("(", self.at):
            self.at += 1
            self.blank()
            closer = _RESERVED.match(self.text, self.at)
            if closer and closer[0] == "esac":
                self.unexpected()
        while True:
            self.blank()
            if self.at >= len(self.text) or self.comment():
                self.fail("unterminated", start, "`esac` is missing")
            patterns.append(self.word())
            self.blank()
            following = self.text[self.at : self.at + 1]
            self.at += 1
            if following == ")":
                return patterns
            if following != "|":
                self.at -= 1
                self.unexpected()

    def _parenthesis(self) -> Compound:
        start = self.at
        self.deeper()
        if self.text.startswith("((", start):
            state = len(self.cuts), len(self.features)
            self.note("arithmetic-command")
            self.at += 2
            text = self.arithmetic(")")
            if self.text.startswith(")", self.at):
                self.at += 1
                self.depth -= 1
                return self._with_redirects("((", "", (text,), start)
            if "$'" in self.text[start : self.at] or '$"' in self.text[start : self.at]:
                self.fail("syntax", start, "`((` that is not arithmetic")
            self._retry(start, state)
            self.note("double-subshell")
        self.at = start + 1
        body = self.sequence()
        if not body.items or not self.text.startswith(")", self.at):
            self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, "`(`")
        self.at += 1
        self.depth -= 1
        return self._with_redirects("(", "", (body,), start)

    # -- functions and coprocesses -------------------------------------------------------------------------------

    def _function_keyword(self, start: int) -> Compound:
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
        match = _RESERVED.match(self.text, self.at)
        if self.text[self.at] != "(" and (match is None or match[0] in {*_CLOSERS, "!", "time", "function", "coproc"}):
            self.fail("syntax", start, "a compound command is missing")
        if self.text[self.at] != "{":
            self.note("function-body")
        body = self.command()
        self.depth -= 1
        if not isinstance(body, Compound):
            self.fail("syntax", start, "a compound command is missing")
        return body

    def _coproc(self, start: int) -> Compound:
        self.note("coproc")
        if self._in_substitution:
            self.fail("here-document", start, "bash prints a coproc inside a substitution and reads it anew")
        self.blank()
        name = "COPROC"
        before = self.at
        match = NAME.match(self.text, self.at)
        if match and not _RESERVED.match(self.text, self.at):
            self.at = match.end()
            self.blank()
            begins = _RESERVED.match(self.text, self.at)
            if self.at > match.end() and (self.text.startswith("(", self.at) or (begins and begins[0] not in _CLOSERS)):
                name = match[0]
            else:
                self.at = before
        if self.at >= len(self.text) or self._at_end() or self.text[self.at] in "|\n":
            self.fail("syntax", start, "`coproc` alone")
        begins = _RESERVED.match(self.text, self.at)
        if begins and begins[0] in {"!", "time", "function", "coproc"}:
            self.fail("syntax", start, "behind `coproc`")
        body = self.command()
        self.depth -= 1
        return Compound("coproc", name, (_list_of(body),), (), start, self.at)


_POSITIONAL = RawWord((Bare("$@"),), 0, 0)


def _list_of(command: Simple | Compound) -> Sequence:
    return Sequence((Item("", (command,), (), background=False),))


def _holds_here_document(sequence: Sequence) -> bool:
    return any(
        redirect.here is not None for item in sequence.items for member in item.members for redirect in member.redirects
    ) or any(
        isinstance(part, Sequence) and _holds_here_document(part)
        for item in sequence.items
        for member in item.members
        if isinstance(member, Compound)
        for part in member.parts
    )


def _is_plain_list(sequence: Sequence) -> bool:
    """Pipelines of simple commands joined by `&&` and `||` alone: bash prints these as they were."""
    return all(
        item.joined in {"", "&&", "||"} and not item.background and all(isinstance(one, Simple) for one in item.members)
        for item in sequence.items
    )
