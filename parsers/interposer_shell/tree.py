"""The syntax tree between the parser and the flattening: what was written, nothing resolved yet."""

from typing import NamedTuple


class Bare(NamedTuple):
    """Unquoted text: braces, tildes and patterns in it still mean something."""

    text: str


class Param(NamedTuple):
    """A parameter expansion: `$x`, `${x[i]:-word}`, `${!x}`, `${#x}`.

    Attributes:
        op: the operator behind the name (`:-`, `##`, `/`, `@`, `:`, ...), "" for none.
        prefix: `!` (indirect), `#` (length) or "".
        subscript: what stands in `[...]`.
        operand: what follows the operator.
    """

    source: str
    quoted: bool
    name: str
    op: str = ""
    prefix: str = ""
    subscript: "RawWord | None" = None
    operand: "RawWord | None" = None


class Subst(NamedTuple):
    """A command or process substitution; `foreign` where its positions are not those of the text around it."""

    source: str
    quoted: bool
    opener: str
    body: "Sequence"
    foreign: bool = False
    start: int = 0


class Arith(NamedTuple):
    """`$(( ))` or `$[ ]`."""

    source: str
    quoted: bool
    text: "RawWord"


Piece = str | Bare | Param | Subst | Arith
"""A str is quoted (or plain) text: nothing in it is special any more."""


class RawWord(NamedTuple):
    """A word as written; an empty quoted piece stays as "" so that the word exists."""

    pieces: tuple[Piece, ...]
    start: int
    end: int


class RawAssignment(NamedTuple):
    """`NAME[subscript]+=value` or `NAME=(items)`; the items keep their own subscripts."""

    name: str
    subscript: RawWord | None
    append: bool
    value: RawWord | None
    items: tuple["RawWord | RawAssignment", ...]
    start: int
    end: int


class HereDocument:
    """A here-document; its body is filled in when the line that announced it ends."""

    __slots__ = ("body", "delimiter", "quoted", "strip")

    def __init__(self, delimiter: str, *, quoted: bool, strip: bool) -> None:
        self.delimiter = delimiter
        self.quoted = quoted
        self.strip = strip
        self.body: RawWord | None = None


class RawRedirect(NamedTuple):
    """One redirection; `word` is the file, descriptor or here-string."""

    op: str
    fd: str
    word: RawWord | None
    here: HereDocument | None
    start: int
    end: int


class Simple(NamedTuple):
    """A simple command; an assignment among the arguments belongs to a declaration builtin."""

    assignments: tuple[RawAssignment, ...]
    words: tuple[RawWord | RawAssignment, ...]
    redirects: tuple[RawRedirect, ...]
    start: int
    end: int


class Compound(NamedTuple):
    """Any compound command.

    Attributes:
        kind: `{` `(` `if` `while` `for` `for((` `select` `case` `[[` `((` `function` `coproc`.
        name: the loop variable or the function's name.
        parts: words that are expanded and lists that may run, in source order.
    """

    kind: str
    name: str
    parts: tuple["RawWord | Sequence", ...]
    redirects: tuple[RawRedirect, ...]
    start: int
    end: int


class Item(NamedTuple):
    """One pipeline in a list and what joins it to the one before."""

    joined: str
    members: tuple[Simple | Compound, ...]
    pipes: tuple[str, ...]
    background: bool


class Sequence(NamedTuple):
    """A list of commands."""

    items: tuple[Item, ...]
