"""Requests that come again, byte for byte: the world is looked at anew, what follows from the bytes is remembered."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from interposer.broker.answer import Question, is_same
from interposer.broker.frames import Ask
from interposer.broker.live import Live
from interposer.decision import Decision

REMEMBERED: Final = 512
LONGEST: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Before:
    """A request that was allowed.

    Attributes:
        reply: the whole frame that it was answered with.
    """

    ask: Ask
    question: Question
    live: Live
    decision: Decision
    reply: bytes

    def is_asked(self, descriptors: Sequence[int], live: Live) -> bool:
        """Whether it is the same question of the same session, with these descriptors and as the world stands now."""
        return live is self.live and is_same(self.question, self.ask, descriptors, live)


class Memory:
    """The requests that were allowed lately, by their bytes; the least recently asked goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Before] = OrderedDict()

    def find(self, frame: bytes) -> Before | None:
        """The request of the same bytes."""
        found = self._kept.get(frame)
        if found is not None:
            self._kept.move_to_end(frame)
        return found

    def keep(self, frame: bytes, before: Before) -> None:
        """Remember it, without its environment."""
        if len(frame) > LONGEST:
            return
        question = before.question
        bare = replace(question, request=replace(question.request, env=None), stdin=-1, stderr=-1)
        self._kept[frame] = replace(before, ask=replace(before.ask, argv=(), environ=()), question=bare)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)

    def forget(self, frame: bytes) -> None:
        """It does not hold any more."""
        self._kept.pop(frame, None)
