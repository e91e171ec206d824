"""Commands by bash's own grammar (bash manual 3.2; parse.y), by recursive descent over the lexer."""

import re
from typing import Final

from interposer_shell.heredoc import read_body
from interposer_shell.lexer import NAME, PLAIN, Lexer
from interposer_shell.tree import (
    Bare,
    Compound,
    HereDocument,
    Item,
    RawAssignment,
    RawRedirect,
    RawWord,
    Sequence,
    Simple,
)

DECLARATIONS: Final = frozenset({"declare", "typeset", "local", "export", "readonly"})
"""Builtins whose arguments are read as assignments (bash manual 4: declaration commands)."""

MAX_COMMANDS: Final = 5_000
"""Simple commands in one text."""

_RESERVED = re.compile(
    r"(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|select|function|coproc|time|\{|\}|!|\[\[)"
    r"(?![^ \t\n;&|<>()])"
)
_CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})
_REDIRECT = re.compile(r"([0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})?(<<<|<<-|<<|<>|<&|<|>>|>\||>&|>)|(&>>|&>)")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:(\+?=)|\[)")
_JOINT = re.compile(r"&&|\|\|")
_END_OF_COMMAND = frozenset("\n;|)")
_CASE_END = re.compile(r";;&|;;|;&")
_UNARY = re.compile(r"-[a-zA-Z](?=[ \t\n])")
_BINARY = re.compile(r"(?:==|=~|!=|=|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))(?=[ \t\n])|[<>](?!\()")
_MAX_FD_DIGITS = 4


class Parser(Lexer):
    """One text's grammar; `parse` is its only entrance."""

    __slots__ = ("_in_substitution",)

    def __init__(self, text: str, outer: "Parser | None" = None) -> None:
        super().__init__(text, outer)
        self._in_substitution = False

    def parse(self) -> Sequence:
        """All commands of the text; raises `ShellSyntaxError` where there is no sound reading."""
        sequence = self.sequence()
        if self.at < len(self.text):
            self._unexpected()
        if self.pending:
            self._bodies()
        return sequence

    def _unexpected(self) -> None:
        self.fail("syntax", detail=f"unexpected `{self.text[self.at : self.at + 10].split(chr(10))[0]}`")

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
            self._gap()
            if self._at_end():
                if joined in {"&&", "||"}:
                    self.fail("unterminated" if self.at >= len(self.text) else "syntax", detail=f"after `{joined}`")
                return Sequence(tuple(items))
            items.append(self._pipeline(joined))
            self.blank()
            self._comment_passed()
            following = self.text[self.at : self.at + 1]
            if match := _JOINT.match(self.text, self.at):
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
                    self._newline()
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

    def _gap(self) -> None:
        """Skip blanks, newlines and comments."""
        while True:
            self.blank()
            following = self.text[self.at : self.at + 1]
            if following == "\n":
                self._newline()
            elif not self._comment_passed():
                return

    def _comment_passed(self) -> bool:
        """Skip the comment that begins here, up to its newline."""
        if not self._comment():
            return False
        end = self.text.find("\n", self.at)
        self.at = len(self.text) if end < 0 else end
        return True

    def _newline(self) -> None:
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
            self._gap()
            if self._at_end():
                self.fail("unterminated" if self.at >= len(self.text) else "syntax", detail=f"after `{pipe}`")
            pipes.append(pipe)
            members.append(self.command())

    def _pipeline_prefix(self) -> None:
        """`!` and `time`, which are reserved only here."""
        while True:
            match = _RESERVED.match(self.text, self.at)
            if not match or match[0] not in {"!", "time"}:
                return
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
            return self._simple()
        word = match[0]
        if word in _CLOSERS or word == "!":
            self._unexpected()
        if word == "time":
            return self._simple()
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
                parts = self._conditional()
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
            redirect = self._redirect()
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
            self._unexpected()

    def _until(self, closer: str) -> tuple[Sequence]:
        """A list that must hold something, up to the reserved word `closer`."""
        start = self.at
        body = self.sequence()
        if not body.items:
            self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, f"before `{closer}`")
        self._expect(closer, start)
        return (body,)

    def _expect(self, word: str, start: int) -> None:
        self._gap()
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
                self._unexpected()

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
        self._gap()
        words: list[RawWord] = []
        listed = PLAIN.match(self.text, self.at)
        if listed and listed[0] == "in":
            self.at = listed.end()
            self.blank()
            while self.text[self.at : self.at + 1] not in {"\n", ";", ""} and not self._comment():
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
            self._unexpected()
        if self.text.startswith(";", self.at):
            self.at += 1
        return tuple(words)

    def _comment(self) -> bool:
        return self.text.startswith("#", self.at)

    def _loop_body(self, start: int) -> Sequence:
        self._gap()
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
        self._gap()
        match = PLAIN.match(self.text, self.at)
        if not match or match[0] != "in":
            self.fail("syntax", start, "`in` is missing")
        self.at = match.end()
        while True:
            self._gap()
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
                self._unexpected()
        while True:
            self.blank()
            if self.at >= len(self.text) or self._comment():
                self.fail("unterminated", start, "`esac` is missing")
            patterns.append(self.word())
            self.blank()
            following = self.text[self.at : self.at + 1]
            self.at += 1
            if following == ")":
                return patterns
            if following != "|":
                self.at -= 1
                self._unexpected()

    def _parenthesis(self) -> Compound:
        start = self.at
        self.deeper()
        if self.text.startswith("((", start):
            state = len(self._cuts), len(self.features)
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
            self._parentheses_of_function(start)
        self.depth -= 1
        return self._function(self.text[name.start : name.end], start)

    def _parentheses_of_function(self, start: int) -> None:
        self.at += 1
        self.blank()
        if not self.text.startswith(")", self.at):
            self.fail("syntax", start, "`(` behind a word")
        self.at += 1

    def _function(self, name: str, start: int) -> Compound:
        self._gap()
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

    # -- simple commands -----------------------------------------------------------------------------------------

    def _simple(self) -> Simple | Compound:  # noqa: C901 (one branch a kind of token)
        start = self.at
        assignments: list[RawAssignment] = []
        words: list[RawWord | RawAssignment] = []
        redirects: list[RawRedirect] = []
        declares = False
        end = start
        while self.at < len(self.text):
            following = self.text[self.at]
            if following in _END_OF_COMMAND or (following == "&" and not self.text.startswith("&>", self.at)):
                break
            if following == "#":
                break
            if following == "(":
                return self._define(words, assignments, redirects, start)
            redirect = self._redirect() if following in "<>&{0123456789" else None
            if redirect is not None:
                redirects.append(redirect)
            elif not words and (assignment := self._assignment(at_command=True)):
                assignments.append(assignment)
            elif declares and (assignment := self._assignment(at_command=False)):
                words.append(assignment)
            else:
                word = self.word()
                if not words:
                    declares = word.pieces in _DECLARING
                words.append(word)
            end = self.at
            self.blank()
        if end == start:
            self._unexpected()
        self.count[0] += 1
        if self.count[0] > MAX_COMMANDS:
            self.fail("too-large", start, f"more than {MAX_COMMANDS} commands", "write the script to a file in parts")
        return Simple(tuple(assignments), tuple(words), tuple(redirects), start, end)

    def _define(
        self,
        words: list[RawWord | RawAssignment],
        assignments: list[RawAssignment],
        redirects: list[RawRedirect],
        start: int,
    ) -> Compound:
        """`name ()` and its body; nothing else may stand before `(`."""
        if len(words) != 1 or assignments or redirects or not isinstance(words[0], RawWord):
            self.fail("syntax", detail="`(` behind a word")
        name = self.text[words[0].start : words[0].end]
        if not PLAIN.fullmatch(name) or "=" in name or name[-1] in "!@+":
            self.fail("extended-pattern" if name and name[-1] in "!@+*?" else "syntax", detail="`(` behind a word")
        self._parentheses_of_function(start)
        return self._function(name, start)

    def _assignment(self, *, at_command: bool) -> RawAssignment | None:
        """An assignment that begins here, or None; elsewhere than before a command only `NAME=` and `NAME[..]=`."""
        match = _ASSIGNMENT.match(self.text, self.at)
        if not match:
            return None
        start = self.at
        index: RawWord | None = None
        sign = match[2]
        self.at = match.end()
        if sign is None:
            state = len(self.features)
            self.note("subscript")
            pieces = self.subscript()
            index = RawWord(tuple(pieces), match.end(), self.at - 1)
            self.join()
            sign = next((sign for sign in ("+=", "=") if self.text.startswith(sign, self.at)), None)
            blanks = set(self.text[index.start : index.end]) & set(" \t\n;&|<>()") and not _only_pieces(index)
            if blanks and (sign is None or not at_command):
                self.fail("syntax", start, "a subscript with blanks or operators")
            if sign is None:
                del self.features[state:]
                self.at = start
                return None
            self.at += len(sign)
        if sign == "+=":
            self.note("append")
        return self._assigned(match[1], index, start, append=sign == "+=")

    def _assigned(self, name: str, index: RawWord | None, start: int, *, append: bool) -> RawAssignment:
        self.join()
        following = self.text[self.at : self.at + 1]
        if following == "(":
            if index is not None:
                self.fail("syntax", start, "an array in an array")
            self.note("array")
            items = self._items()
            self._check_glued()
            return RawAssignment(name, index, append, None, items, start, self.at)
        if not following or following in " \t\n;|&)":
            return RawAssignment(name, index, append, RawWord((), self.at, self.at), (), start, self.at)
        if following in "<>" and not self.text.startswith("(", self.at + 1):
            return RawAssignment(name, index, append, RawWord((), self.at, self.at), (), start, self.at)
        value = self.word()
        return RawAssignment(name, index, append, value, (), start, self.at)

    def _check_glued(self) -> None:
        if self.text[self.at : self.at + 1] not in {"", " ", "\t", "\n", ";", "|", "&", ")", "<", ">"}:
            self.fail("syntax", detail="text glued to `)`")

    def _items(self) -> tuple[RawWord | RawAssignment, ...]:
        """The words of `(...)` behind `NAME=`."""
        start = self.at
        self.at += 1
        items: list[RawWord | RawAssignment] = []
        while True:
            self._gap()
            following = self.text[self.at : self.at + 1]
            if following == ")":
                self.at += 1
                return tuple(items)
            if not following:
                self.fail("unterminated", start, "`(`")
            if following in ";&|" or (following in "<>" and not self.text.startswith("(", self.at + 1)):
                self._unexpected()
            items.append(self._item(following))

    def _item(self, following: str) -> RawWord | RawAssignment:
        if following != "[":
            return self.word()
        start = self.at
        self.at += 1
        pieces = self.subscript()
        index = RawWord(tuple(pieces), start + 1, self.at - 1)
        sign = next((sign for sign in ("+=", "=") if self.text.startswith(sign, self.at)), None)
        if sign is None:
            if set(self.text[index.start : index.end]) & set(" \t\n;&|<>()"):
                self.fail("syntax", start, "a subscript with blanks or operators")
            self.at = start
            return self.word()
        self.at += len(sign)
        value = RawWord((), self.at, self.at)
        if self.text[self.at : self.at + 1] not in {"", " ", "\t", "\n", ")"}:
            value = self.word()
        return RawAssignment("", index, sign == "+=", value, (), start, self.at)

    # -- redirections --------------------------------------------------------------------------------------------

    def _redirect(self) -> RawRedirect | None:
        """The redirection that begins here, or None."""
        match = _REDIRECT.match(self.text, self.at)
        if not match:
            return None
        start = self.at
        descriptor = match[1] or ""
        operator: str = match[2] or match[3]
        if operator in {"<", ">"} and self.text.startswith("(", match.end()):
            if descriptor:
                self.fail("syntax", start, "a number before a process substitution")
            return None
        if len(descriptor) > _MAX_FD_DIGITS and descriptor.isdigit():
            self.fail("syntax", start, "the descriptor's number")
        if len(descriptor) > 1 or operator in {"<<<", "&>", "&>>"}:
            self.note("redirection", start)
        self.at = match.end()
        if operator in {"<<", "<<-"}:
            return self._here(operator, descriptor, start)
        if operator in {"<&", ">&"}:
            return self._duplicate(operator, descriptor, start)
        if self.text[self.at : self.at + 1] == "!":
            self.note("clobber")
        if operator == "<" and _RANGE.match(self.text, self.at):
            self.note("range")
        self.blank()
        word = self._target(start)
        return RawRedirect(operator, descriptor, word, None, start, self.at)

    def _target(self, start: int) -> RawWord:
        if self._comment() or self.at >= len(self.text):
            self.fail("syntax", start, "the target of a redirection is missing")
        return self.word()

    def _here(self, operator: str, descriptor: str, start: int) -> RawRedirect:
        self.blank()
        delimiter, quoted = self.here_delimiter()
        here = HereDocument(delimiter, quoted=quoted, strip=operator == "<<-")
        self.pending.append(here)
        return RawRedirect(operator, descriptor, None, here, start, self.at)

    def _duplicate(self, operator: str, descriptor: str, start: int) -> RawRedirect:
        """`>&`: `-` is a token of its own, and a target that is no number is expanded twice."""
        self.join()
        if self.text.startswith("-", self.at):
            self.at += 1
            if self.text[self.at : self.at + 1] not in {"", " ", "\t", "\n", ";", "|", "&", ")", "<", ">"}:
                self.fail("descriptor-twice", start, "a word glued to `-`")
            return RawRedirect(operator, descriptor, RawWord(("-",), self.at - 1, self.at), None, start, self.at)
        self.blank()
        word = self._target(start)
        if not _NUMBER.fullmatch(self.text[word.start : word.end]):
            self.note("duplicate-word", start)
        if any(isinstance(piece, str) and set(piece) & set("$`\\") for piece in word.pieces):
            self.fail("descriptor-twice", start, hint="write the file's name without quoted `$` or backtick")
        return RawRedirect(operator, descriptor, word, None, start, self.at)

    # -- [[ ]] ---------------------------------------------------------------------------------------------------

    def _conditional(self) -> tuple[RawWord, ...]:
        """The words of `[[ ]]` (bash manual 3.2.5.2), operators included, up to its end."""
        self.note("conditional")
        start = self.at
        words: list[RawWord] = []
        self._or(words, start)
        if not self._conditional_end():
            self.fail("unterminated" if self.at >= len(self.text) else "syntax", start, "`]]` is missing")
        self.at += 2
        return tuple(words)

    def _conditional_gap(self) -> None:
        self.blank()
        while self.text.startswith("\n", self.at):
            self._newline()
            self.blank()
        if self._comment() or self.pending:
            self.fail("syntax", detail="a comment inside `[[ ]]`")

    def _conditional_end(self) -> bool:
        self._conditional_gap()
        return self.text.startswith("]]", self.at) and self.text[self.at + 2 : self.at + 3] in {
            "", " ", "\t", "\n", ";", "&", "|", ")", "<", ">",
        }  # fmt: skip

    def _or(self, words: list[RawWord], start: int) -> None:
        while True:
            self._term(words, start)
            self._conditional_gap()
            match = _JOINT.match(self.text, self.at)
            if not match:
                return
            self.at = match.end()

    def _term(self, words: list[RawWord], start: int) -> None:
        self._conditional_gap()
        while self.text.startswith("!", self.at) and self.text[self.at + 1 : self.at + 2] in {" ", "\t", "\n", "("}:
            self.at += 1
            self._conditional_gap()
        if self.text.startswith("(", self.at):
            self.deeper()
            self.at += 1
            self._or(words, start)
            if not self.text.startswith(")", self.at):
                self.fail("syntax", start, "`)` is missing in `[[ ]]`")
            self.at += 1
            self.depth -= 1
            return
        if self._conditional_end():
            self.fail("syntax", start, "an operand is missing in `[[ ]]`")
        if unary := _UNARY.match(self.text, self.at):
            after = self.at
            self.at = unary.end()
            if not self._operator_follows():
                words.append(RawWord((unary[0],), after, unary.end()))
                words.append(self._operand_word(start))
                return
            self.at = after
        words.append(self._operand_word(start))
        self._conditional_gap()
        if binary := _BINARY.match(self.text, self.at):
            self.at = binary.end()
            words.append(RawWord((binary[0],), binary.start(), binary.end()))
            self._conditional_gap()
            words.append(self._right_side(binary[0], start))

    def _operator_follows(self) -> bool:
        self.blank()
        following = self.text[self.at : self.at + 1]
        return (
            _BINARY.match(self.text, self.at) is not None
            or _JOINT.match(self.text, self.at) is not None
            or following in {")", ""}
            or self._conditional_end()
        )

    def _operand_word(self, start: int) -> RawWord:
        self._conditional_gap()
        if self._conditional_end() or self.at >= len(self.text):
            self.fail("syntax", start, "an operand is missing in `[[ ]]`")
        return self.word()

    def _right_side(self, operator: str, start: int) -> RawWord:
        if operator in {"==", "!=", "=", "=~"}:
            if self._conditional_end():
                self.fail("syntax", start, "an operand is missing in `[[ ]]`")
            return self.grouped_word(regex=operator == "=~")
        return self._operand_word(start)


_POSITIONAL = RawWord((Bare("$@"),), 0, 0)
_DECLARING = frozenset((name,) for name in DECLARATIONS)
_RANGE = re.compile(r"[0-9]*-[0-9]*>")
_NUMBER = re.compile(r"[0-9]+-?")


def _list_of(command: Simple | Compound) -> Sequence:
    return Sequence((Item("", (command,), (), background=False),))


def _only_pieces(index: RawWord) -> bool:
    """Whether all blanks of a subscript stand inside substitutions or quotes."""
    return not any(isinstance(piece, Bare) and set(piece.text) & set(" \t\n;&|<>()") for piece in index.pieces)


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
