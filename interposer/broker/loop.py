"""The broker's loop: one thread that waits for all its sources at once."""

import select
import socket
import sys
import traceback
from collections.abc import Callable

READ, WRITE = select.EPOLLIN, select.EPOLLOUT
_ROUND_SECONDS = 1.0


class Loop:
    """Calls what is registered for a source when it can be read or written; `tick`s run after each round.

    It is epoll itself: `selectors` costs a tenth of the time that a request may take.
    """

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self._calls: dict[int, Callable[[], None]] = {}
        self._stopping = False
        self.ticks: list[Callable[[], None]] = []

    def watch(self, source: socket.socket | int, call: Callable[[], None], events: int = READ) -> None:
        """Call when the source is ready; a source that is watched already is watched for this instead."""
        number = source if isinstance(source, int) else source.fileno()
        if number in self._calls:
            self._epoll.modify(number, events)
        else:
            self._epoll.register(number, events)
        self._calls[number] = call

    def unwatch(self, source: socket.socket | int) -> None:
        """Watch it no more; one that is not watched is fine."""
        number = source if isinstance(source, int) else source.fileno()
        if self._calls.pop(number, None) is not None:
            self._epoll.unregister(number)

    def serve(self) -> None:
        """Run until `stop`."""
        while not self._stopping:
            ready = self._epoll.poll(_ROUND_SECONDS)
            # An earlier event of this round may have closed a later one's descriptor, or given it to another.
            for call, number in [(self._calls.get(number), number) for number, _ in ready]:
                if call is not None and self._calls.get(number) is call:
                    _call(call)
            for tick in self.ticks:
                _call(tick)

    def stop(self) -> None:
        """End after this round."""
        self._stopping = True

    def close(self) -> None:
        """Let go of all sources."""
        self._epoll.close()


def _call(call: Callable[[], None]) -> None:
    try:
        call()
    except Exception:  # noqa: BLE001 - one client's trouble must not end the session; it got no answer, so nothing ran
        traceback.print_exc(file=sys.stderr)
