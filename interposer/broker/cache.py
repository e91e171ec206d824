"""Decisions that need not be made twice: kept as long as all that they rest on is unchanged."""

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from interposer.decision import Decision
from interposer.request import Request

Identity = tuple[int, ...]
Key = tuple[str | bytes | int, ...]
"""All that makes requests equal."""


class Seen(Protocol):
    """Something outside the request that a decision rests on."""

    def holds(self) -> bool:
        """It is as it was."""
        ...


@dataclass(frozen=True, slots=True)
class Judgement:
    """A decision and what it rests on.

    Attributes:
        seen: what was looked at; None where the decision must not be kept.
    """

    decision: Decision
    seen: tuple[Seen, ...] | None = None


Judge = Callable[[Request], Judgement]


def identity_of(path: str) -> Identity:
    """What stands at that path, links followed; the change time cannot be set by its owner (inode(7))."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a hot path
    except (OSError, ValueError):
        return ()
    return (found.st_dev, found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


class Environments:
    """Numbers for equal environments: a request is looked up by the number instead of some kilobytes of text."""

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._seen: OrderedDict[tuple[bytes, ...], tuple[str, int]] = OrderedDict()
        self._numbers: dict[tuple[bytes, ...], int] = {}
        self._next = 0

    def look_up(self, raw: tuple[bytes, ...]) -> tuple[str, int]:
        """A name that is given twice with different values ("" for none), and the environment's number.

        Variables that differ from call to call and that no tool obeys make no difference.
        """
        known = self._seen.get(raw)
        if known is None:
            if len(self._seen) >= self._size:
                self._seen.popitem(last=False)
            if len(self._numbers) >= self._size:
                self._numbers.clear()
            told = tuple(entry for entry in raw if not entry.startswith(_NOISE))
            if told not in self._numbers:
                self._next += 1
                self._numbers[told] = self._next
            known = self._seen[raw] = (_given_twice(raw), self._numbers[told])
        return known


_NOISE = (b"_=", b"SHLVL=")


def _given_twice(raw: tuple[bytes, ...]) -> str:
    values: dict[bytes, bytes] = {}
    for entry in raw:
        name = entry.partition(b"=")[0]
        if values.setdefault(name, entry) != entry:
            return os.fsdecode(name)
    return ""


class DecisionCache:
    """The least recently used decisions go first."""

    def __init__(self, size: int = 2048) -> None:
        self._size = size
        self._kept: OrderedDict[Key, Judgement] = OrderedDict()

    def get(self, key: Key) -> Decision | None:
        """The decision of an equal request, where all that it rests on is as it was."""
        found = self._kept.get(key)
        if found is None:
            return None
        for seen in found.seen or ():
            if not seen.holds():
                del self._kept[key]
                return None
        self._kept.move_to_end(key)
        return found.decision

    def keeps(self, key: Key, decision: Decision) -> bool:
        """Whether this very decision is kept for that key."""
        found = self._kept.get(key)
        return found is not None and found.decision is decision

    def put(self, key: Key, judgement: Judgement) -> None:
        """Keep an allowed decision that says what it rests on; refusals are judged anew (they are rare)."""
        if judgement.seen is None or judgement.decision.verdict != "allow":
            return
        self._kept[key] = judgement
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget all: rules or policy were reloaded."""
        self._kept.clear()
