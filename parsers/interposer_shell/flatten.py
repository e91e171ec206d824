"""The syntax tree flattened into commands: who feeds whom, in which scope, with which values.

One pass needs what a later part of the text says (a function defined below, a loop's input). Each pass therefore
starts from what the one before it found out (`Findings`), until two agree.
"""

import re
from collections.abc import Mapping

from interposer_shell.blocks import Blocks
from interposer_shell.context import TRAP, Context, Findings, Source
from interposer_shell.grammar import Parser
from interposer_shell.hidden import hides_text
from interposer_shell.reading import Command, Evaluated, Reading
from interposer_shell.redirecting import redirected
from interposer_shell.refusal import refuse
from interposer_shell.tree import Compound, Item, RawWord, Sequence, Simple
from interposer_shell.variables import ANY
from interposer_shell.word import Word

_PASSES = 6
_MAX_COMMANDS = 10_000
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def flatten(text: str, parser: Parser, tree: Sequence, known: Mapping[str, str]) -> Reading:
    """The reading of a parsed text; raises `ShellSyntaxError` where its values could hide code."""
    source = Source(text, parser, tree, {})
    findings = Findings()
    for _ in range(_PASSES):
        walk = Walk(source, findings, known)
        walk.sequence(tree, Context())
        if walk.settled():
            walk.check_hidden()
            return walk.reading()
        findings = walk.found
    return refuse("unsettled", 0, len(text))


class Walk(Blocks):
    """One pass over the tree."""

    __slots__ = ()

    def reading(self) -> Reading:
        """The commands of this pass."""
        commands = tuple(command for command in self.out if command is not None)
        environment: dict[str, Word] = {}
        for name, settings in self.found.variables.settings.items():
            if not _IDENTIFIER.fullmatch(name):
                continue
            top = [one.word for one in settings if len(one.spot.blocks) == 1 and one.word is not None]
            if top:
                environment[name] = top[-1]
        return Reading(commands, frozenset(self.found.functions), tuple(environment.items()))

    def settled(self) -> bool:
        """Whether another pass would read the same: nothing new was found, or nobody asked for it."""
        found, asked = self.found, self.resolver.asked
        settings = found.variables.settings
        if not (found.functions or found.inherits or (asked and ANY in settings) or not asked.isdisjoint(settings)):
            return True
        return found.agrees(self.prior)

    def check_hidden(self) -> None:
        """Refuse a text that evaluates arithmetic or names and assigns text that would run code in them."""
        if "<alias>" in self.found.aliases and "<expand_aliases>" in self.found.aliases:
            refuse("alias", *self.whole())
        evaluates = self.evaluates or self.resolver.indirect or "<evaluates>" in self.found.aliases
        if not evaluates and not self.resolver.prompted:
            return
        commands = [command for command in self.out if command is not None]
        if hides_text(commands, self.found.variables, prompted=self.resolver.prompted):
            refuse("hidden-code", *self.whole())

    # -- lists ---------------------------------------------------------------------------------------------------

    def sequence(self, sequence: Sequence, context: Context) -> tuple[int, ...]:
        """Flatten a list; the indices of the commands whose output leaves it."""
        context = chain = background = self.blocked(context)
        feeders: list[int] = []
        for number, item in enumerate(sequence.items):
            if item.joined in {"", ";", "&"}:
                chain = background = context
                if item.background:
                    chain = background = self.scoped(context)
                here = chain
                if number + 1 < len(sequence.items) and sequence.items[number + 1].joined in {"&&", "||"}:
                    chain = self.blocked(chain)
            elif item.joined == "||":
                here = self.blocked(background)
                chain = self.blocked(background)
            else:
                here = chain
            feeders += self._pipeline(item, here)
        return tuple(feeders)

    def _pipeline(self, item: Item, context: Context) -> tuple[int, ...]:
        if len(item.members) == 1:
            return self._member(item.members[0], context, item.joined, background=item.background)
        fed = context.stdin
        for number, member in enumerate(item.members):
            inner = self.scoped(context)._replace(stdin=fed)
            joined = item.pipes[number - 1] if number else item.joined
            fed = self._member(member, inner, joined, background=item.background)
        return fed

    def _member(self, member: Simple | Compound, context: Context, joined: str, *, background: bool) -> tuple[int, ...]:
        if isinstance(member, Simple):
            return (self._simple(member, context, joined, background=background),)
        return self.compound(member, context, joined, background=background)

    # -- simple commands -----------------------------------------------------------------------------------------

    def _simple(self, simple: Simple, context: Context, joined: str, *, background: bool) -> int:
        if len(self.out) >= _MAX_COMMANDS:
            refuse("too-large", *self.place(simple.start, simple.end))
        index = len(self.out)
        self.out.append(None)
        self.enter(context)
        span = self.place(simple.start, simple.end)
        line = self.line(span[0])
        self.span = (*span, line)
        self.declared = frozenset()
        assignments = tuple(self.assign(raw, bare=not simple.words) for raw in simple.assignments)
        words = self._words(simple, context)
        redirects = tuple(self.redirect(raw) for raw in simple.redirects) if simple.redirects else ()
        stdin = redirected(redirects, context)
        calls = False
        evaluates: tuple[Evaluated, ...] = ()
        if words:
            calls = self._calls(words[0], stdin)
            if simple.assignments:
                self.assign_before(assignments, words)
            evaluates = self.evaluations(words, redirects, stdin, context)
        evaluates += self.prompts(assignments, context)
        self.out[index] = Command(
            tuple(words),
            assignments,
            redirects,
            span,
            line,
            context.depth,
            context.scope,
            "" if context.function == TRAP else context.function,
            calls,
            stdin,
            context.inherits,
            joined,
            background,
            evaluates,
        )
        return index

    def _words(self, simple: Simple, context: Context) -> list[Word]:
        words: list[Word] = []
        fields = self.resolver.fields
        for raw in simple.words:
            if isinstance(raw, RawWord):
                words += fields(raw)
            else:
                words += self.declaration(raw)
        if context is not self.context:
            self.enter(context)
        return words

    def _calls(self, name: Word, stdin: tuple[int, ...]) -> bool:
        text = name.text
        if text is None or text not in self.prior.functions:
            return False
        known = self.found.calls.get(text, ())
        self.found.calls[text] = known + tuple(index for index in stdin if index not in known)
        return self.prior.variables.seen(text + "()", self.here()) is not None
