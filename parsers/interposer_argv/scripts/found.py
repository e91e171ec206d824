"""What a script reader reports."""

from dataclasses import dataclass

from interposer_argv.grammar import Does, Slot
from interposer_shell.word import Unknown, Word


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a script does, in the slot kinds of rules/README.md.

    Attributes:
        slot: what happens to the words; kind `text` where only `does` counts.
        words: one word, or all words of an `argv` slot; empty where the construct names nothing.
        what: the construct, for a person (`sed command e`, `awk system()`).
        job: running that value is what the language is for (make's recipes).
        does: an effect beside the slot's own, None for none.
    """

    slot: Slot
    words: tuple[Word, ...]
    what: str
    job: bool = False
    does: Does | None = None


def found(kind: str, word: Word, what: str, *, job: bool = False, does: Does | None = None) -> Found:
    """One word in a slot `kind` or `kind:detail`."""
    name, _, detail = kind.partition(":")
    return Found(Slot(name, detail), (word,), what, job, does)


def argv(words: tuple[Word, ...], what: str, *, job: bool = False) -> Found:
    """A command that is given as separate words."""
    return Found(Slot("argv"), words, what, job)


def act(effect: str, detail: str, what: str) -> Found:
    """An effect without a value."""
    return Found(Slot("text"), (), what, does=Does(effect, detail))


def computed(source: str, span: tuple[int, int] = (0, 0)) -> Word:
    """A word of which only the expression is known that makes it."""
    return Word((Unknown("computed", source),), span)
