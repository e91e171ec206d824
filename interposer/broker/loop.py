"""The broker's loop: one thread that waits for all its sources at once."""

import selectors
import socket
import sys
import traceback
from collections.abc import Callable

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
_ROUND_SECONDS = 1.0


class Loop:
    """Calls what is registered for a source when it can be read or written; `tick`s run after each round."""

    def __init__(self) -> None:
        self._selector = selectors.EpollSelector()
        self._watched: set[int] = set()
        self._stopping = False
        self.ticks: list[Callable[[], None]] = []

    def watch(self, source: socket.socket | int, call: Callable[[], None], events: int = READ) -> None:
        """Call when the source is ready; a source that is watched already is watched for this instead."""
        number = source if isinstance(source, int) else source.fileno()
        if number in self._watched:
            self._selector.modify(number, events, call)
        else:
            self._watched.add(number)
            self._selector.register(number, events, call)

    def unwatch(self, source: socket.socket | int) -> None:
        """Watch it no more; one that is not watched is fine."""
        number = source if isinstance(source, int) else source.fileno()
        if number in self._watched:
            self._watched.discard(number)
            self._selector.unregister(number)

    def serve(self) -> None:
        """Run until `stop`."""
        while not self._stopping:
            for key, _ in self._selector.select(_ROUND_SECONDS):
                # An earlier event of this round may have closed a later one's descriptor, or given it to another.
                if self._selector.get_map().get(key.fd) is key:
                    _call(key.data)
            for tick in self.ticks:
                _call(tick)

    def stop(self) -> None:
        """End after this round."""
        self._stopping = True

    def close(self) -> None:
        """Let go of all sources."""
        self._selector.close()


def _call(call: Callable[[], None]) -> None:
    try:
        call()
    except Exception:  # noqa: BLE001 - one client's trouble must not end the session; it got no answer, so nothing ran
        traceback.print_exc(file=sys.stderr)
