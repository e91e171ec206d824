"""What a reading of one argv holds: each value with its slot, where it stood and what takes it."""

from dataclasses import dataclass

from interposer_argv.grammar import Does, Operands, Option, Slot, Via
from interposer_shell.word import Word


@dataclass(frozen=True, slots=True)
class Value:
    """One slot with what stands in it, so that nothing behind needs to know the tool's style.

    Already applied: `when` (slot is the one that holds), `makes` (slot.kind is what the operand becomes), `unless` (a
    cancelled value is not there at all), `split` (one value an item), `at` (`@FILE` without the `@`, in FILE's slot),
    `harmless` (slot.kind is text), `dashed`, `until`, abbreviations, and `fills` and `appends` as fields here.
    Left to read on `taker`: `note` only.

    One word can stand in several values: where an unquoted unknown makes its position uncertain (one for each slot
    that is not harmless), where it may or may not begin with `@`, and where an open grammar is read both ways.

    Attributes:
        words: one word; all words of an `argv` or `rest` slot and of a repeated `shell` or `words` slot (joined by
            blanks); key and value of a `setting` that are two operands.
        option: the option's whole name in the spelling that the argv used (`-o` or `--output`), "" for operands.
        index: position in the argv (argv[0] not counted) of the first word that carries it.
        taker: the option or operands description that it belongs to.
        fills: placeholder that the tool replaces inside it, "" for none.
        appends: the tool adds arguments of its own behind it.
    """

    slot: Slot
    words: tuple[Word, ...]
    via: Via
    option: str
    index: int
    taker: Option | Operands
    job: bool = False
    fills: str = ""
    appends: bool = False

    @property
    def word(self) -> Word:
        """The first (mostly the only) word."""
        return self.words[0]


@dataclass(frozen=True, slots=True)
class Act:
    """An effect without a value: what does it, by which option, to which words.

    Attributes:
        option: "" where the mere call or the operands have the effect.
        words: for `to = "operands"` the operands; none means the tool's default, mostly the working folder.
    """

    does: Does
    option: str
    index: int
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class ArgvReading:
    """One argv, read as the tool reads it.

    Attributes:
        values: in argv order.
        acts: effects without a value.
        given: the first name of each option that is given, in order; cancelled ones too.
        sub: the subcommand path, `("remote", "add")`.
        filtered: tests in find's expression narrow what every action acts on; false for other tools.
        unknown: words that look like options and are not listed (closed grammars).
        unread: a subcommand that is not listed (closed grammars) or not static, with all words behind it; nothing
            behind it is in `values`.
        may_be_option: words with unknown text that the tool could take for an option, for an end mark, or that may
            vanish where a value is expected.
        ends: an option was given that makes the tool only print and exit; `values` and `acts` are complete still.
    """

    values: tuple[Value, ...] = ()
    acts: tuple[Act, ...] = ()
    given: tuple[str, ...] = ()
    sub: tuple[str, ...] = ()
    filtered: bool = False
    unknown: tuple[Word, ...] = ()
    unread: tuple[Word, ...] = ()
    may_be_option: tuple[Word, ...] = ()
    ends: bool = False


class GrammarError(Exception):
    """An argv that the tool itself would reject, or that this reader cannot read soundly.

    Attributes:
        code: stable slug.
        index: position of the offending word in the argv.
        rejected: the tool was seen to reject this before it reads, writes or starts anything, whatever comes of the
            parts that are not static; so the command does nothing.
    """

    def __init__(self, code: str, message: str, index: int = 0, *, rejected: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.index = index
        self.rejected = rejected
