"""Canonical bytes of a record: what is hashed, stored and proven.

RFC 8785 (JCS) over values that need none of its hard parts: keys are ASCII, numbers are integers within 2**53. JSON
text cannot hold lone surrogates, which is how Python carries argv bytes that are not UTF-8 (PEP 383): such a byte is
written as U+27EA, its two hex digits, U+27EB, any other lone surrogate with four digits, and U+27EA itself is doubled.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from interposer.errors import AuditError

Value = str | int | bool | None | Sequence["Value"] | Mapping[str, "Value"]
Record = dict[str, Value]

INTEGER_MAX = 2**53 - 1
OPEN, CLOSE = "\u27ea", "\u27eb"
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_LEAVES = frozenset({str, bool, type(None)})
_TO_ESCAPE = re.compile(f"[\ud800-\udfff{OPEN}]")
_ESCAPED = re.compile(f"{OPEN}(?:{OPEN}|([0-9a-f]{{2}}|[0-9a-f]{{4}}){CLOSE})")


def canonical(record: Mapping[str, Value]) -> bytes:
    """The canonical bytes of `record`, without a line end.

    Raises:
        AuditError: IP-74, it holds a float, a key that is not ASCII, an integer beyond 2**53 or any other type.
    """
    _refuse_unfit(record)
    text = _ENCODER.encode(record)
    try:
        if OPEN not in text:
            return text.encode()
    except UnicodeEncodeError:
        pass
    return _ENCODER.encode(_escaped(record)).encode()


def restored(line: bytes) -> Record:
    """The record whose canonical bytes are `line`, its escaped bytes restored as surrogates.

    Raises:
        AuditError: IP-75, `line` is not the canonical form of any record.
    """
    try:
        record = json.loads(line)
        if isinstance(record, dict) and _ENCODER.encode(record).encode() == line:
            _refuse_unfit(record)
            return {key: _unescaped(item) for key, item in record.items()} if OPEN.encode() in line else record
    except (ValueError, RecursionError, AuditError):
        pass
    raise AuditError("a line of the log is not a canonical record", code="IP-75")


def _refuse_unfit(value: object) -> None:
    """Raise for what has no canonical form; leaves are looked at in place, since this runs for each record."""
    items: Iterable[object]
    if isinstance(value, Mapping):
        if not all(type(key) is str and key.isascii() for key in value):
            raise AuditError("a key of a record is not ASCII text", code="IP-74")
        items = value.values()
    elif type(value) is list or type(value) is tuple:
        items = value
    else:
        raise AuditError(f"a record cannot hold `{value!r}`", code="IP-74")
    for item in items:
        if type(item) not in _LEAVES and not (type(item) is int and -INTEGER_MAX <= item <= INTEGER_MAX):
            _refuse_unfit(item)


def _escaped(value: Value) -> Value:
    if isinstance(value, str):
        return _TO_ESCAPE.sub(_escape, value)
    if isinstance(value, Mapping):
        return {key: _escaped(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_escaped(item) for item in value]
    return value


def _escape(match: re.Match[str]) -> str:
    if match[0] == OPEN:
        return OPEN + OPEN
    code = ord(match[0])
    return f"{OPEN}{code - 0xDC00:02x}{CLOSE}" if 0xDC80 <= code <= 0xDCFF else f"{OPEN}{code:04x}{CLOSE}"  # noqa: PLR2004 - PEP 383


def _unescaped(value: Value) -> Value:
    if isinstance(value, str):
        return _ESCAPED.sub(_unescape, value)
    if isinstance(value, Mapping):
        return {key: _unescaped(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_unescaped(item) for item in value]
    return value


def _unescape(match: re.Match[str]) -> str:
    digits = match[1]
    if digits is None:
        return OPEN
    return chr(int(digits, 16) + (0xDC00 if len(digits) == len("ff") else 0))
