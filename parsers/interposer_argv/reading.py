"""What a reading of one argv holds: each value with its slot, where it stood and what takes it."""

from dataclasses import dataclass

from interposer_argv.grammar import Does, Operands, Option, Slot, Via
from interposer_shell.word import Word


@dataclass(frozen=True, slots=True)
class Value:
    """One slot with what stands in it.

    Attributes:
        words: one word, or all words of an `argv` or `rest` slot.
        option: the option as spelled in the argv, "" for operands.
        index: position in the argv of the first word that carries it.
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
    """An effect without a value: what does it, by which option, to which words."""

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
        given: the first name of each option that is given, in order.
        sub: the subcommand path, `("remote", "add")`.
        filtered: a find-like expression narrows what is acted on before the action.
        unknown: words that look like options and are not listed (closed grammars).
        unread: subcommand words that are not listed.
        may_be_option: words with unknown text that the tool could take for an option.
        ends: an option was given that makes the tool only print and exit.
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
    """

    def __init__(self, code: str, message: str, index: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.index = index
