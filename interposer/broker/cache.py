"""Decisions that need not be made twice: kept as long as all that they rest on is unchanged."""

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from interposer.decision import Decision
from interposer.request import Request

Identity = tuple[int, ...]


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


def request_key(*parts: bytes) -> bytes:
    """A short key over all that makes requests equal; each part is counted, so none runs into the next."""
    digest = blake2b(digest_size=20)
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.digest()


class DecisionCache:
    """The least recently used decisions go first."""

    def __init__(self, size: int = 2048) -> None:
        self._size = size
        self._kept: OrderedDict[bytes, Judgement] = OrderedDict()

    def get(self, key: bytes) -> Decision | None:
        """The decision of an equal request, where all that it rests on is as it was."""
        found = self._kept.get(key)
        if found is None:
            return None
        if not all(seen.holds() for seen in found.seen or ()):
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return found.decision

    def put(self, key: bytes, judgement: Judgement) -> None:
        """Keep an allowed decision that says what it rests on; refusals are judged anew (they are rare)."""
        if judgement.seen is None or judgement.decision.verdict != "allow":
            return
        self._kept[key] = judgement
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget all: rules or policy were reloaded."""
        self._kept.clear()
