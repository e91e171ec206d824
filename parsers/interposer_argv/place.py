"""Which operand stands in which slot."""

from collections.abc import Sequence

from interposer_argv.grammar import Slot
from interposer_argv.reading import GrammarError
from interposer_argv.scan import GREEDY
from interposer_shell.word import Word

TEXT = Slot("text")
HARMLESS = frozenset({"text", "number", "stat", "secret", "permissions", "process"})
"""Slot kinds whose value has no effect worth keeping apart when a position is uncertain."""
JOINED = frozenset({"shell", "words"})
"""Slot kinds that, repeated, are one text: the tool joins its operands by blanks (`ssh HOST WORDS`, `watch`)."""

_DOUBTS = 32

Operand = tuple[Word, int]
Placed = tuple[Slot, tuple[Word, ...], int]


def place(slots: Sequence[Slot], operands: Sequence[Operand]) -> list[Placed]:
    """The slot of each operand, in order.

    Slots in front of a repeated one are filled from the front, slots behind it from the end, once the repeated one
    has at least one operand; surplus operands are text. A greedy slot takes all that is left.

    An operand that may be several words or none makes the positions behind it (and, counted from the end, in front
    of it) uncertain: such an operand is placed in every slot it can come to stand in that is not harmless.

    A `setting` that does not repeat and holds no `=` is a key: the operand behind it is shown beside it as its value
    (`git config core.pager less`).
    """
    placed = _placed(slots, operands)
    if not any(slot.kind == "setting" and not slot.repeat for slot in slots):
        return placed
    following = {index: operands[position + 1][0] for position, (_, index) in enumerate(operands[:-1])}
    return [
        (slot, (*words, following[index]), index)
        if slot.kind == "setting" and not slot.repeat and "=" not in words[0].head and index in following
        else (slot, words, index)
        for slot, words, index in placed
    ]


def _placed(slots: Sequence[Slot], operands: Sequence[Operand]) -> list[Placed]:
    """As `place`, keys without their values."""
    star = next((index for index, slot in enumerate(slots) if slot.repeat), -1)
    if star >= 0 and star + 1 < len(slots) and slots[star + 1].kind in GREEDY:
        return _assignments(slots, star, operands)
    if any(word.many for word, _ in operands):
        return _uncertain(slots, star, operands)
    placed: list[Placed] = []
    count = len(operands)
    for position, (word, index) in enumerate(operands):
        slot = _slot(slots, star, position, count - position - 1)
        if slot.kind in GREEDY or (slot.repeat and slot.kind in JOINED):
            placed.append((slot, tuple(word for word, _ in operands[position:]), index))
            break
        placed.append((slot, (word,), index))
    return placed


def _slot(slots: Sequence[Slot], star: int, before: int, after: int) -> Slot:
    """The slot of the operand with `before` operands in front of it and `after` behind it."""
    if star < 0:
        return slots[before] if before < len(slots) else TEXT
    if before <= star:
        return slots[before]
    return slots[-1 - after] if after < len(slots) - star - 1 else slots[star]


def _uncertain(slots: Sequence[Slot], star: int, operands: Sequence[Operand]) -> list[Placed]:
    """Every dangerous slot that each operand can come to stand in, where there are enough operands for the tool."""
    placed: list[Placed] = []
    several = sum(word.many for word, _ in operands)
    needed = len(slots) if 0 <= star < len(slots) - 1 else 0
    front, front_several = 0, 0
    for position, (word, index) in enumerate(operands):
        nominal = _slot(slots, star, position, len(operands) - position - 1)
        if nominal.kind in GREEDY or (nominal.repeat and nominal.kind in JOINED):
            placed.append((nominal, tuple(word for word, _ in operands[position:]), index))
            return placed
        back_several = several - front_several
        back = len(operands) - several - front - (0 if word.many else 1)
        before = _counts(front, front_several or word.many, len(slots))
        after = _counts(back, back_several, len(slots))
        possible = {_slot(slots, star, one, other) for one in before for other in after if one + other + 1 >= needed}
        kept = sorted((slot for slot in possible if slot.kind not in HARMLESS and slot.kind not in GREEDY), key=str)
        placed.extend((slot, (word,), index) for slot in kept or [nominal])
        front, front_several = front + (not word.many), front_several + word.many
    return placed


def _counts(least: int, uncertain: int, slots: int) -> range:
    """How many operands there can be, as far as it makes a difference."""
    return range(least, least + slots + 2 if uncertain else least + 1)


def _assignments(slots: Sequence[Slot], star: int, operands: Sequence[Operand]) -> list[Placed]:
    """`NAME=VALUE` words up to the first that is none, then a command (env(1), sudo(8)).

    A word whose beginning is not static may be either: the command is then read from there and from behind it.

    Raises:
        GrammarError: more than `_DOUBTS` words may be either.
    """
    placed: list[Placed] = [(slot, (word,), index) for slot, (word, index) in zip(slots[:star], operands, strict=False)]
    command = slots[star + 1]
    doubts = 0
    for position in range(star, len(operands)):
        word, index = operands[position]
        if "=" in word.head:
            placed.append((slots[star], (word,), index))
            continue
        placed.append((command, tuple(word for word, _ in operands[position:]), index))
        if word.text is not None:
            break
        doubts += 1
        if doubts > _DOUBTS:
            raise GrammarError("too-uncertain", "too many words could be assignments or the command", index)
        placed.append((slots[star], (word,), index))
    return placed
