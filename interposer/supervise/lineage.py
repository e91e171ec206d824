"""Who stands above a process: the nearest one for which there is a decision."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from interposer.effects import Origin
from interposer.identity.observe import DEPTH_MAX, stat_of

REMEMBERED: Final = 8192
SHOWN: Final = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """What was decided of a process.

    Attributes:
        decision: id of its record.
        names: the commands above and the process' own, outermost first.
        origin: that of what it starts.
        first: it is the command that the session was opened for, in whatever image.
    """

    decision: str = ""
    names: tuple[str, ...] = ()
    origin: Origin = "agent"
    first: bool = False


@dataclass(frozen=True, slots=True)
class Above:
    """What is above a process that is about to run an image.

    Attributes:
        start: the process' own start time, which with its number names it for good.
        first: the process is the session's command itself.
        parent_first: its nearest decision is that of the session's command.
    """

    start: int
    decision: str = ""
    names: tuple[str, ...] = ()
    origin: Origin = "agent"
    first: bool = False
    parent_first: bool = False


@dataclass(slots=True)
class Lineage:
    """The decisions of a session's processes; the least recent are forgotten, and then the next one above counts.

    Attributes:
        command: number of the session's command.
    """

    command: int
    _entries: OrderedDict[tuple[int, int], Entry] = field(default_factory=OrderedDict)

    def above(self, pid: int) -> Above:
        """What stands above `pid`; of an orphan only its own earlier image does, and it speaks as the agent.

        Raises:
            ProcessLookupError: there is no such process.
        """
        own = stat_of(pid)
        if own is None:
            raise ProcessLookupError(pid)
        at, found = pid, own
        for _ in range(DEPTH_MAX):
            entry = self._entries.get((at, found.start))
            if entry is not None:
                first = entry.first and at == pid
                return Above(own.start, entry.decision, entry.names, entry.origin, first, entry.first and at != pid)
            above = stat_of(found.ppid) if found.ppid > 0 else None
            if above is None:
                break
            at, found = found.ppid, above
        return Above(own.start, first=pid == self.command)

    def enter(self, pid: int, above: Above, name: str, decision: str, origin: Origin) -> None:
        """What was decided of the image that `pid` is about to run."""
        names = (*above.names, name)[-SHOWN:] if name else above.names
        self._put((pid, above.start), Entry(decision, names, origin, above.first))

    def note(self, pid: int, decision: str) -> None:
        """A layer above decided something for `pid`: what it starts from now on descends from that."""
        try:
            above = self.above(pid)
        except ProcessLookupError:
            return
        self._put((pid, above.start), Entry(decision, above.names, above.origin, above.first))

    def _put(self, key: tuple[int, int], entry: Entry) -> None:
        self._entries[key] = entry
        self._entries.move_to_end(key)
        if len(self._entries) > REMEMBERED:
            self._entries.popitem(last=False)
