"""Where a walk stands: the place of what it looks at, the scope around it, the order of evaluation."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from interposer_shell.context import Context, Findings, Source
from interposer_shell.pieces import plain_text
from interposer_shell.resolve import Resolver
from interposer_shell.tree import Bare, Param, RawWord, Sequence, Subst
from interposer_shell.variables import ANY, Setting, Spot

if TYPE_CHECKING:
    from interposer_shell.reading import Command

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNS = re.compile(r"(?<![=!<>])=(?!=)|\+\+|--|<<=|>>=")


class Standing:
    """The state of one pass.

    Attributes:
        found: what this pass has found out so far.
        source: the text and its tree.
        prior: what the pass before found out.
        out: the commands so far; None for one that is still open.
        context: what surrounds the place where the walk stands.
        order: running number of evaluation.
        evaluates: some text is taken for arithmetic or for a variable's name.
        span: start, end and line of the command that the walk is in.
        declared: names that the arguments of the current command assign.
        resolver: resolves words as seen from here.
    """

    __slots__ = (
        "_counted", "_ids", "context", "declared", "evaluates", "found", "order", "out", "prior", "resolver", "source",
        "span",
    )  # fmt: skip

    def __init__(self, source: Source, prior: Findings, known: Mapping[str, str]) -> None:
        self.source = source
        self.prior = prior
        self.found = Findings()
        self.out: list[Command | None] = []
        self.order = 0
        self.evaluates = False
        self.context = Context()
        self.span = (0, 0, 1)
        self.declared: frozenset[str] = frozenset()
        self.resolver = Resolver(prior.variables, self.found.variables, known, self)
        self._ids = 0
        self._counted = (0, 1)

    def sequence(self, sequence: Sequence, context: Context) -> tuple[int, ...]:
        """Flatten a list; the indices of the commands whose output leaves it."""
        raise NotImplementedError

    # -- places --------------------------------------------------------------------------------------------------

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as it was given; of nested text, that of the command around it."""
        origin = self.context.origin
        if origin is not None:
            return origin[0], origin[1]
        place = self.source.parser.place
        return place(start), place(end)

    def note(self, feature: str, start: int) -> None:
        """Another shell than bash would resolve this otherwise."""
        self.source.parser.features.append((feature, self.place(start, start)[0]))

    def line(self, start: int) -> int:
        """The line of an offset."""
        if self.context.origin is not None:
            return self.context.origin[2]
        at, line = self._counted
        text = self.source.text
        line = line + text.count("\n", at, start) if start >= at else 1 + text.count("\n", 0, start)
        self._counted = start, line
        return line

    def whole(self) -> tuple[int, int]:
        """The span of the whole text."""
        return 0, len(self.source.text)

    # -- scopes and order ---------------------------------------------------------------------------------------

    def number(self) -> int:
        """A new id of a scope, list or loop."""
        self._ids += 1
        return self._ids

    def scoped(self, context: Context) -> Context:
        """In a process of its own."""
        depth, scope, function, stdin, inherits, blocks, loops, origin = context
        number = self.number()
        return Context(depth, (*scope, number), function, stdin, inherits, (*blocks, number), loops, origin)

    def blocked(self, context: Context) -> Context:
        """In a list of its own."""
        depth, scope, function, stdin, inherits, blocks, loops, origin = context
        self._ids += 1
        return Context(depth, scope, function, stdin, inherits, (*blocks, self._ids), loops, origin)

    def here(self) -> Spot:
        """The spot where the walk stands."""
        context = self.context
        return Spot(self.order, context.blocks, context.loops, context.function)

    def enter(self, context: Context) -> None:
        """Resolve words as seen from here."""
        self.context = context
        self.order += 1
        self.resolver.spot = self.here()

    def remember(self, name: str, setting: Setting) -> None:
        """One more setting of a variable."""
        self.found.variables.add(name, setting)

    # -- what words run (`interposer_shell.expansion.Surroundings`) --------------------------------------------

    def substitute(self, piece: Subst) -> tuple[int, ...]:
        """List the commands of a substitution; those whose output it is."""
        context = self.context
        spot = self.resolver.spot
        inner = self.scoped(context)._replace(depth=context.depth + 1)
        if piece.opener == ">(":
            # It reads what the command around it writes, whose index is the last one that is still open.
            inner = inner._replace(stdin=self._open_command())
        if piece.foreign and context.origin is None:
            inner = inner._replace(origin=self.span)
        feeders = self.sequence(piece.body, inner)
        self.context = context
        self.resolver.spot = spot
        return feeders

    def _open_command(self) -> tuple[int, ...]:
        for index in range(len(self.out) - 1, -1, -1):
            if self.out[index] is None:
                return (index,)
        return ()

    def assigned(self, name: str) -> None:
        """`${name:=word}` may set the variable."""
        self.order += 1
        self.remember(name, Setting(self.here(), None))

    def arithmetic(self, raw: RawWord) -> None:
        """An arithmetic expression: names in it are evaluated, and set where it assigns."""
        plain = plain_text(raw.pieces)
        if not _IDENTIFIER.search(plain) and all(isinstance(piece, str | Bare) for piece in raw.pieces):
            return
        self.evaluates = True
        if _ASSIGNS.search(plain):
            for name in _IDENTIFIER.findall(plain):
                self.order += 1
                self.remember(name, Setting(self.here(), None))
            if any(not isinstance(piece, str | Bare) for piece in raw.pieces):
                for piece in raw.pieces:
                    if isinstance(piece, Param):
                        self.remember(ANY, Setting(self.here(), None))
