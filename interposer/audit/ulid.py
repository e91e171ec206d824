"""ULIDs: names that sort by time (github.com/ulid/spec), rising even within one millisecond of one process."""

import os
import threading
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
_RANDOM_BITS = 80
_PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)


class _Last:
    value = 0
    lock = threading.Lock()


def new_ulid(millis: int | None = None) -> str:
    """A new ULID; `millis` is the Unix time that it carries, by default now."""
    when = time.time_ns() // 1_000_000 if millis is None else millis
    drawn = when << _RANDOM_BITS | int.from_bytes(os.urandom(10))
    with _Last.lock:
        # A clock that is set back, or two draws in one millisecond: still rising (spec, "Monotonicity").
        if millis is None and drawn <= _Last.value:
            drawn = _Last.value + 1
        _Last.value = max(_Last.value, drawn)
    return "".join([_PAIRS[drawn >> shift & 1023] for shift in range(120, -1, -10)])


def is_ulid(text: str) -> bool:
    """Whether `text` is a ULID in its canonical, upper-case spelling."""
    return len(text) == LENGTH and text[0] <= "7" and all(letter in ALPHABET for letter in text)
