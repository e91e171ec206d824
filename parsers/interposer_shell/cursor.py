"""A position in a text, and the line continuations that are cut out of it."""

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NoReturn

from interposer_shell.refusal import refuse

if TYPE_CHECKING:
    from interposer_shell.tree import HereDocument

MAX_DEPTH: Final = 50
"""Compounds, substitutions and quoted expansions inside each other; Python's stack is the limit behind it."""

MAX_CONTINUATIONS: Final = 2_000
"""Line continuations inside words and operators; each costs a copy of the text."""

BLANK: Final = re.compile(r"[ \t]*")
_JOINED_PREFIX = re.compile(r"[^ \t\n;&|<>()'\"\\$`#]*\\\n")
_JOINED_OPERATOR = re.compile(r"[;&|<>(]+\\\n")


class Cursor:
    """A position in a text.

    Attributes:
        text: the text, less the line continuations already passed.
        at: the next character.
        features: what bash reads that other shells read otherwise, with its place.
        prefixes: where `!`, `time` and `coproc` stand.
    """

    __slots__ = ("at", "continued", "count", "cuts", "depth", "features", "pending", "prefixes", "retries", "text")

    def __init__(self, text: str, outer: "Cursor | None" = None) -> None:
        self.text = text
        self.at = 0
        self.depth: int = outer.depth if outer else 0
        self.retries: list[int] = outer.retries if outer else [0]
        self.count: list[int] = outer.count if outer else [0]
        self.features: list[tuple[str, int]] = outer.features if outer else []
        self.pending: list[HereDocument] = []
        self.prefixes: list[tuple[int, int]] = []
        self.cuts: list[int] = []
        self.continued = "\\\n" in text

    # -- position ------------------------------------------------------------------------------------------------

    def place(self, offset: int) -> int:
        """The offset in the text as it was given."""
        return offset + 2 * bisect_right(self.cuts, offset) if self.cuts else offset

    def fail(self, code: str, start: int | None = None, detail: str = "", hint: str = "") -> NoReturn:
        """Refuse the text at `start` (default: here)."""
        refuse(code, self.place(self.at if start is None else start), self.place(self.at), detail=detail, hint=hint)

    def note(self, feature: str, start: int | None = None) -> None:
        """Remember that something here is read so by bash, and otherwise by another shell."""
        self.features.append((feature, self.at if start is None else start))

    def deeper(self) -> None:
        """Enter one more level; the caller leaves it by `self.depth -= 1`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail("too-deep", hint="write the inner parts as commands of their own")

    def cut(self, start: int) -> None:
        """Remove the line continuation that begins at `start`."""
        if len(self.cuts) >= MAX_CONTINUATIONS:
            self.fail("too-large", start, f"more than {MAX_CONTINUATIONS} line continuations inside words")
        self.text = self.text[:start] + self.text[start + 2 :]
        self.cuts.append(start)
        self.note("continuation", start)

    def cut_here(self) -> bool:
        """Remove the line continuation that begins here; whether there was one."""
        if self.continued and self.text.startswith("\\\n", self.at):
            self.cut(self.at)
            return True
        return False

    def cut_at(self, start: int) -> None:
        """Remove all line continuations that begin at `start`."""
        while self.continued and self.text.startswith("\\\n", start):
            self.cut(start)

    def join(self) -> None:
        """Cut the continuations out of the token that begins here: it may be a keyword, an operator, a number."""
        if not self.continued:
            return
        while match := _JOINED_PREFIX.match(self.text, self.at) or _JOINED_OPERATOR.match(self.text, self.at):
            self.cut(match.end() - 2)

    def blank(self) -> None:
        """Skip blanks and line continuations."""
        while True:
            self.at = BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]  # it matches nothing too
            if not self.continued:
                return
            if not self.cut_here():
                self.join()
                return
