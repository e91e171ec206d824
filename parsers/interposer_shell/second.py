"""The second reader: tree-sitter-bash must see commands begin exactly where our own grammar does.

The two share nothing. tree-sitter gets the original text in which everything that is not structure (words, quoting,
redirections, here-documents: its lexis is known to differ from bash's) is masked, character for character; blanks,
operators, reserved words, comments and the parentheses of substitutions stay. See docs/decisions/0002.
"""

from functools import cache
from typing import TYPE_CHECKING, Final

from interposer_shell.tree import (
    Arith,
    Bare,
    Compound,
    Param,
    RawAssignment,
    RawRedirect,
    RawWord,
    Sequence,
    Simple,
    Subst,
)

if TYPE_CHECKING:
    from tree_sitter import Parser, Query

GAPS: Final = frozenset(
    {
        "arithmetic-for", "brace-loop", "coproc", "double-subshell", "for-without-in", "function-body", "prefix",
        "select", "tight",
    }
)  # fmt: skip
"""Constructs that bash reads and tree-sitter-bash 0.25 does not: where one stands, its ERROR says nothing."""


@cache
def _reader() -> tuple["Parser", "Query"]:
    from tree_sitter import Language, Parser, Query  # noqa: PLC0415 (plain text is read without it)

    language = Language(_binding())
    return Parser(language), Query(language, "(command) @command")


def _binding() -> object:
    """The grammar itself; the package's own `__init__` would pull in a third of the start-up time."""
    import importlib.util  # noqa: PLC0415 (plain text is read without it)
    from pathlib import Path  # noqa: PLC0415 (likewise)

    spec = importlib.util.find_spec("tree_sitter_bash")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        for path in sorted(Path(folder).glob("_binding*.so")) + sorted(Path(folder).glob("_binding*.pyd")):
            found = importlib.util.spec_from_file_location("_binding", path)
            if found and found.loader:
                module = importlib.util.module_from_spec(found)
                found.loader.exec_module(module)
                return module.language()
    raise ImportError("tree_sitter_bash has no binding")


def disagreement(text: str, tree: Sequence, prefixes: list[tuple[int, int]], features: set[str]) -> int | None:
    """Where the two readers first differ, or None; a gap of the second reader's own is no difference."""
    mask = _Mask(text)
    mask.sequence(tree)
    for start, end in prefixes:
        mask.blank(start, end)
    from tree_sitter import QueryCursor  # noqa: PLC0415 (plain text is read without it)

    parser, query = _reader()
    root = parser.parse(bytes(mask.text)).root_node
    if root.has_error:
        return None if features & GAPS else _first_error(mask)
    captured = QueryCursor(query).captures(root)
    seen = {node.start_byte for node in captured.get("command", ())}
    if seen == mask.starts:
        return None
    return None if features & GAPS else min(seen ^ mask.starts)


def _first_error(mask: "_Mask") -> int:
    return min(mask.starts, default=0)


class _Mask:
    """The text with everything but structure masked, and where commands begin in it."""

    __slots__ = ("_original", "starts", "text")

    def __init__(self, text: str) -> None:
        self._original = text.encode("ascii", "replace")
        self.text = bytearray(self._original)
        self.starts: set[int] = set()

    def blank(self, start: int, end: int) -> None:
        self.text[start:end] = b" " * (end - start)

    def _fill(self, start: int, end: int) -> None:
        self.text[start:end] = b"x" * (end - start)

    def sequence(self, sequence: Sequence) -> None:
        for item in sequence.items:
            for member in item.members:
                if isinstance(member, Simple):
                    self._simple(member)
                else:
                    self._compound(member)

    def _simple(self, simple: Simple) -> None:
        if not simple.words and not simple.assignments:
            if simple.end > simple.start:
                self.starts.add(simple.start)
                self._fill(simple.start, simple.end)
            self._redirects(simple.redirects, keep=False)
            return
        begins = [word.start for word in simple.words[:1]] + [one.start for one in simple.assignments[:1]]
        self.starts.add(min(begins))
        for redirect in simple.redirects:
            self.blank(redirect.start, redirect.end)
        for word in (*simple.assignments, *simple.words):
            self._word(word)
        self._redirects(simple.redirects, keep=False)

    def _redirects(self, redirects: tuple[RawRedirect, ...], *, keep: bool) -> None:
        for one in redirects:
            if one.here is not None:
                if one.here.body is not None:
                    self.blank(one.here.body.start, one.here.body.end)
                continue
            if one.word is None:
                continue
            if keep and any(_found(one.word)):
                self.text[one.start : one.word.start] = self._original[one.start : one.word.start]
            self._substitutions(one.word)

    def _word(self, word: RawWord | RawAssignment) -> None:
        self._fill(word.start, word.end)
        self._substitutions(word)

    def _substitutions(self, word: RawWord | RawAssignment) -> None:
        for one in _found(word):
            if one.foreign or not one.body.items:
                continue
            end = one.start + len(one.source)
            self.text[one.start : end] = self._original[one.start : end]
            self.sequence(one.body)

    def _compound(self, compound: Compound) -> None:
        whole = compound.kind in {"[[", "(("}
        end = compound.redirects[0].start if compound.redirects else compound.end
        if whole:
            self.starts.add(compound.start)
            self._fill(compound.start, end)
        for redirect in compound.redirects:
            self.blank(redirect.start, redirect.end)
        for part in compound.parts:
            if isinstance(part, Sequence):
                self.sequence(part)
            elif part.end > part.start and not whole:
                self._word(part)
            else:
                self._substitutions(part)
        self._redirects(compound.redirects, keep=True)


def _found(word: RawWord | RawAssignment) -> list[Subst]:  # noqa: C901 (one branch a kind of piece)
    """The substitutions of a word, not those inside them."""
    found: list[Subst] = []
    if isinstance(word, RawAssignment):
        for part in (word.subscript, word.value, *word.items):
            if part is not None:
                found += _found(part)
        return found
    for piece in word.pieces:
        match piece:
            case Subst():
                found.append(piece)
            case Param():
                for inner in (piece.subscript, piece.operand):
                    if inner is not None:
                        found += _found(inner)
            case Arith():
                found += _found(piece.text)
            case str() | Bare():
                pass
    return found
