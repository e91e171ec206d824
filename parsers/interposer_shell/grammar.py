"""Lists and pipelines by bash's own grammar (bash manual 3.2; parse.y), by recursive descent over the lexer."""

from typing import Final

from interposer_shell.compound import CLOSERS, NEVER, RESERVED
from interposer_shell.conditional import JOINT
from interposer_shell.definitions import Definitions
from interposer_shell.heredoc import read_body
from interposer_shell.lexer import PLAIN
from interposer_shell.tree import Compound, Item, RawWord, Sequence, Simple

MAX_PREFIXES: Final = 100
"""`!` and `time` in front of one pipeline."""


class Parser(Definitions):
    """One text's grammar; `parse` is its only entrance."""

    __slots__ = ()

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
        outer, self.in_substitution = self.in_substitution, True
        start, noted = self.at, len(self.features)
        sequence = self.sequence()
        self.in_substitution = outer
        if "bare-operator" in {feature for feature, _ in self.features[noted:]}:
            self.fail("syntax", start, "bash prints `[[ -n ]]` inside a substitution as something else")
        if "<<" in self.text[start : self.at]:
            self._check_reprint(sequence, start)
        return sequence

    def _check_reprint(self, sequence: Sequence, start: int) -> None:
        if _holds_here_document(sequence) and not _is_plain_list(sequence):
            self.fail("here-document", start, "bash joins commands that follow a here-document inside a substitution")

    def foreign_list(self, text: str) -> Sequence:
        """The commands of a backtick substitution."""
        inner = Parser(text, self)
        inner.in_substitution = False
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
            if self.at_end():
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
            body = read_body(self.text, start, here, nested=self.in_substitution)
            if body is None:
                self.fail("here-document", start, f"the end of `{here.delimiter}`")
            self.at = body.end
            if here.quoted:
                here.body = RawWord((body.text,), start, body.end)
            else:
                here.body = RawWord(tuple(Parser(body.text, self).here_pieces()), start, body.end)

    # -- pipelines -----------------------------------------------------------------------------------------------

    def _pipeline(self, joined: str) -> Item:
        if self._pipeline_prefix() and self._prefix_alone():
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
            if self.at_end():
                self.fail("unterminated" if self.at >= len(self.text) else "syntax", detail=f"after `{pipe}`")
            pipes.append(pipe)
            members.append(self.command())

    def _pipeline_prefix(self) -> bool:
        """Pass `!` and `time`, which are reserved only here; whether there were any."""
        first = len(self.prefixes)
        while True:
            match = RESERVED.match(self.text, self.at)
            if not match or match[0] not in {"!", "time"}:
                return len(self.prefixes) > first
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

    def command(self) -> Simple | Compound:
        """The command that begins here."""
        following = self.text[self.at]
        if following == "(":
            return self.parenthesis()
        match = RESERVED.match(self.text, self.at)
        if match is None:
            if NEVER.match(self.text, self.at):
                self.unexpected()
            return self.simple()
        word = match[0]
        if word in CLOSERS or word == "!":
            self.unexpected()
        if word == "time":
            return self.simple()
        return self.compound(word)


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
