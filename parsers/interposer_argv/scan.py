"""The working state of one reading: what the walkers of all styles fill and `settle` makes values of."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from interposer_argv.grammar import Grammar, Option, Slot
from interposer_argv.reading import GrammarError
from interposer_shell.word import Word

GREEDY = frozenset({"argv", "rest"})
"""Slot kinds that take all words up to an end mark."""

_ACTED_ON = frozenset({"write", "delete", "script", "code", "load", "config", "mode", "send", "url", "host"})
"""Slot kinds whose value a tool may act on before it has read its whole argv."""
_NEVER_AN_OPTION = frozenset({"HOME", "PWD", "OLDPWD"})


@dataclass(slots=True)
class Hit:
    """One option as given.

    Attributes:
        spelled: the whole name that was meant, abbreviations completed.
        taken: for each filled slot its words and where they begin.
        attached: the value glued to an option that takes none (`-v=false`).
    """

    option: Option
    spelled: str
    index: int
    taken: tuple[tuple[Slot, tuple[Word, ...], int], ...] = ()
    attached: Word | None = None


@dataclass(slots=True)
class Level:
    """One grammar at work: the tool's own, then one more for each subcommand.

    Attributes:
        start: where its words begin.
        dash: number of operands in front of `--`, -1 without one.
        stop: the walk ends at the first operand, which may be a subcommand.
        ended: `--` was seen.
        reached: the operands as words, once they are known.
    """

    grammar: Grammar
    start: int = 0
    hits: list[Hit] = field(default_factory=list)
    operands: list[tuple[Word, int]] = field(default_factory=list)
    dash: int = -1
    stop: bool = False
    ended: bool = False
    reached: tuple[Word, ...] | None = None


@dataclass(slots=True)
class Scan:
    """One walk over an argv.

    Attributes:
        second: the second look: an unlisted option of an open grammar takes the next word, and an unquoted unknown
            word in front of options is taken to vanish.
        posix: GNU getopt runs with POSIXLY_CORRECT: it does not permute.
        doubt: a second look would read something differently.
        filtered: what find's expression says, see `ArgvReading.filtered`.
    """

    argv: Sequence[Word]
    second: bool = False
    posix: bool = False
    doubt: bool = False
    levels: list[Level] = field(default_factory=list)
    unknown: list[Word] = field(default_factory=list)
    unread: list[Word] = field(default_factory=list)
    may_be_option: list[Word] = field(default_factory=list)
    sub: list[str] = field(default_factory=list)
    filtered: bool = False

    def unlisted(self, level: Level, word: Word, at: int, *, whole: bool = False) -> int:
        """Note an option that the grammar does not list; returns where the walk goes on.

        Args:
            level: the grammar that does not list it.
            word: the option.
            at: its index.
            whole: it holds its own value, if any (`--x=v`).
        """
        if level.grammar.closed:
            self.unknown.append(word)
            return at + 1
        if whole or at + 1 >= len(self.argv) or self.argv[at + 1].head.startswith("-"):
            return at + 1
        self.doubt = True
        return at + 2 if self.second else at + 1

    def doubtful(self, level: Level, word: Word, *, named: bool) -> None:
        """Note a word that begins like an option and whose name is not static."""
        self.may_be_option.append(word)
        if named and level.grammar.closed:
            self.unknown.append(word)

    def take(self, level: Level, option: Option, spelled: str, at: int, attached: Word | None, behind: int = 0) -> int:
        """Note `option` at index `at` with its values; returns the index behind them.

        Values that are not attached are the words from index `behind` on, which is mostly the one behind `at`.

        Raises:
            GrammarError: a required value is missing.
        """
        slots = option.slots
        if not slots:
            level.hits.append(Hit(option, spelled, at, (), attached))
            level.ended = level.ended or option.closes
            return behind or at + 1
        if len(slots) == 1 and attached is not None and slots[0].kind not in GREEDY:
            level.hits.append(Hit(option, spelled, at, ((slots[0], (attached,), at),)))
            return behind or at + 1
        hit = Hit(option, spelled, at)
        following = behind or at + 1
        for slot in slots:
            if slot.kind not in GREEDY and attached is None and slot.optional:
                continue
            words, begin, following = self._value(level, hit, slot, following, attached)
            attached = None
            if words:
                hit.taken = (*hit.taken, (slot, words, begin))
        level.hits.append(hit)
        return following

    def _value(
        self, level: Level, hit: Hit, slot: Slot, following: int, attached: Word | None
    ) -> tuple[tuple[Word, ...], int, int]:
        """The words of one slot, where they begin, and the index behind them."""
        if slot.kind in GREEDY:
            words, behind = self._until(hit.option, following)
            return (words, following, behind) if attached is None else ((attached, *words), hit.index, behind)
        if attached is not None:
            return (attached,), hit.index, following
        if following >= len(self.argv):
            rejected = level.grammar.rejects and self.certain(level, following)
            raise GrammarError("missing-value", f"`{hit.spelled}` lacks its value", hit.index, rejected=rejected)
        word = self.argv[following]
        if word.many:
            self.may_be_option.append(word)
        return (word,), following, following + 1

    def certain(self, level: Level, at: int) -> bool:
        """Whether the words in front of index `at` are read for sure and nothing that the tool acts on while it parses.

        What a value holds may be acted on at once: `sed -e 'w FILE'` and `find -fprint FILE` open FILE.
        """
        taken = (slot.kind for hit in level.hits for slot, _, _ in hit.taken)
        doubts = self.may_be_option or self.unknown or self.doubt or any(word.many for word in self.argv[:at])
        return not doubts and not _ACTED_ON.intersection(taken)

    def _until(self, option: Option, begin: int) -> tuple[tuple[Word, ...], int]:
        """The words from `begin` up to an end mark of `option`, and the index behind the mark."""
        argv = self.argv
        marks = [mark.split(" ") for mark in option.until]
        for at in range(begin, len(argv)):
            text = argv[at].text
            if text is None:
                if marks and not argv[at].head:
                    self.may_be_option.append(argv[at])
                continue
            for mark in marks:
                first = at - len(mark) + 1
                if text == mark[-1] and all(argv[first + step].text == piece for step, piece in enumerate(mark)):
                    return tuple(argv[begin:at]), at + 1
        return tuple(argv[begin:]), len(argv)


def could_be_option(word: Word) -> bool:
    """Whether a word that does not begin with a static `-` could still become an option when it is expanded.

    Home and working folders, `~user` and the shell's own counters never begin with `-`.
    """
    parts = word.parts
    if not parts:
        return False
    first = parts[0]
    if isinstance(first, str):
        return word.many and any(part.many and part.why != "glob" for part in word.unknowns)
    if first.why in {"special", "user"} or (first.why == "env" and first.name in _NEVER_AN_OPTION):
        return False
    if first.values:
        return any(could_be_option(value) or value.head.startswith("-") for value in first.values)
    return True
