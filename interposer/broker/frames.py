"""The bytes on the socket: requests of the shim, replies, and the control messages of the verbs (docs/protocol.md)."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from interposer.errors import BrokerError

REQUEST: Final = b"IPQ1"
REPLY: Final = b"IPR1"
CONTROL: Final = b"IPC1"
REQUEST_HEADER: Final = struct.Struct("<4sIIIII")
REPLY_HEADER: Final = struct.Struct("<4sIIIQQ")
CONTROL_HEADER: Final = struct.Struct("<4sI")
REQUEST_LIMIT: Final = 16 * 1024 * 1024
REPLY_LIMIT: Final = 64 * 1024
CONTROL_LIMIT: Final = 8 * 1024 * 1024

Stdin = Literal["none", "terminal", "pipe", "file", "unknown"]
STDIN: Final[tuple[Stdin, ...]] = ("none", "terminal", "pipe", "file", "unknown")
TTY0, TTY1, TTY2, HAS_CWD, HAS_STREAMS = 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7
_KNOWN_FLAGS = 0xFF
_STATUS_MAX = 255
_PATH_ARGV0_END = 3

EXEC, REFUSE, FEED = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Ask:
    """What a shim sends: bytes as the kernel gave them to it.

    Attributes:
        shim: path of the shim, `DIR/NAME`.
        cwd: as the shim reads it, empty where it cannot.
        environ: `NAME=VALUE` in order.
        flags: stdin kind, terminals, which descriptors come along.
    """

    shim: bytes
    cwd: bytes
    argv: tuple[bytes, ...]
    environ: tuple[bytes, ...]
    flags: int = 0

    @property
    def stdin(self) -> Stdin:
        """What standard input is."""
        return STDIN[self.flags & 7]

    @property
    def descriptors(self) -> int:
        """How many descriptors come with the first byte: the folder, then stdin and stderr."""
        return bool(self.flags & HAS_CWD) + 2 * bool(self.flags & HAS_STREAMS)


@dataclass(frozen=True, slots=True)
class Exec:
    """Start `path` (device and inode as judged) with `argv0`, the other words as they were; `feed`: stdin comes along.

    Attributes:
        settings: variables that are set for it, `NAME=VALUE`.
    """

    path: bytes
    argv0: bytes
    device: int
    inode: int
    feed: bool = False
    settings: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Refuse:
    """Print `text` on stderr and exit with `status` (1 to 255)."""

    text: str
    status: int = 126


Reply = Exec | Refuse


def encode_ask(ask: Ask) -> bytes:
    """The request frame.

    Raises:
        BrokerError: IP-61, it is larger than the protocol allows.
    """
    body = b"".join(part + b"\0" for part in (ask.shim, ask.cwd, *ask.argv, *ask.environ))
    if len(body) + REQUEST_HEADER.size > REQUEST_LIMIT:
        raise BrokerError("arguments and environment are over 16 MB", code="IP-61")
    return REQUEST_HEADER.pack(REQUEST, len(body), len(ask.argv), len(ask.environ), ask.flags, 0) + body


def frame_size(head: bytes | bytearray) -> int:
    """The whole size of the frame that begins so, 0 where more bytes are needed to tell.

    Raises:
        BrokerError: IP-61, it is no frame of ours or too large.
    """
    magic = bytes(head[:4])
    if not any(known.startswith(magic) for known in (REQUEST, CONTROL)):
        raise BrokerError("a message that is no request of this protocol version", code="IP-61")
    if len(head) < CONTROL_HEADER.size:
        return 0
    length = int.from_bytes(head[4:8], "little")
    header, limit = (REQUEST_HEADER.size, REQUEST_LIMIT) if magic == REQUEST else (CONTROL_HEADER.size, CONTROL_LIMIT)
    if length + header > limit:
        raise BrokerError("a request over the size limit", code="IP-61")
    return length + header


def decode_ask(frame: bytes | bytearray) -> Ask:
    """The request of a whole frame.

    Raises:
        BrokerError: IP-61, it is malformed.
    """
    if len(frame) < REQUEST_HEADER.size:
        raise BrokerError("a request that breaks off", code="IP-61")
    magic, length, argc, envc, flags, reserved = REQUEST_HEADER.unpack_from(frame)
    if magic != REQUEST or length != len(frame) - REQUEST_HEADER.size or reserved:
        raise BrokerError("a request whose header is malformed", code="IP-61")
    if flags & ~_KNOWN_FLAGS or flags & 7 >= len(STDIN):
        raise BrokerError("a request with unknown flags", code="IP-61")
    parts = bytes(frame[REQUEST_HEADER.size :]).split(b"\0")
    if len(parts) != argc + envc + 3 or parts[-1]:
        raise BrokerError("a request whose counts disagree with its text", code="IP-61")
    return Ask(parts[0], parts[1], tuple(parts[2 : 2 + argc]), tuple(parts[2 + argc : -1]), flags)


def encode_reply(reply: Reply) -> bytes:
    """The reply frame; a text that is too long is cut."""
    match reply:
        case Exec():
            body = b"".join(part + b"\0" for part in (reply.path, reply.argv0, *reply.settings))
            kind = FEED if reply.feed else EXEC
            if len(body) > REPLY_LIMIT:
                return encode_reply(Refuse("interposer: denied (IP-61): the answer is over the size limit\n"))
            return REPLY_HEADER.pack(REPLY, len(body), kind, 0, reply.device, reply.inode) + body
        case Refuse():
            text = reply.text.encode("utf-8", "replace")[:REPLY_LIMIT].replace(b"\0", b"?")
            return REPLY_HEADER.pack(REPLY, len(text), REFUSE, reply.status, 0, 0) + text


def decode_reply(frame: bytes) -> Reply:
    """The reply of a whole frame.

    Raises:
        BrokerError: IP-61, it is malformed.
    """
    if len(frame) < REPLY_HEADER.size:
        raise BrokerError("an answer that breaks off", code="IP-61")
    magic, length, kind, status, device, inode = REPLY_HEADER.unpack_from(frame)
    body = frame[REPLY_HEADER.size :]
    if magic != REPLY or length != len(body) or length > REPLY_LIMIT:
        raise BrokerError("an answer whose header is malformed", code="IP-61")
    if kind == REFUSE and 0 < status <= _STATUS_MAX:
        return Refuse(body.decode("utf-8", "replace"), status)
    parts = body.split(b"\0")
    if kind not in {EXEC, FEED} or len(parts) < _PATH_ARGV0_END or parts[-1] or not parts[0].startswith(b"/"):
        raise BrokerError("an answer that cannot be read", code="IP-61")
    return Exec(parts[0], parts[1], device, inode, kind == FEED, tuple(parts[2:-1]))


def encode_control(message: Mapping[str, object]) -> bytes:
    """A control message or its answer: one JSON object."""
    body = json.dumps(message, ensure_ascii=True).encode()
    return CONTROL_HEADER.pack(CONTROL, len(body)) + body


def decode_control(frame: bytes | bytearray) -> dict[str, Any]:
    """The object of a control frame.

    Raises:
        BrokerError: IP-61, it is malformed.
    """
    try:
        message = json.loads(bytes(frame[CONTROL_HEADER.size :]))
    except (ValueError, RecursionError) as error:
        raise BrokerError("a control message that is no JSON", code="IP-61") from error
    if not isinstance(message, dict) or frame_size(frame) != len(frame):
        raise BrokerError("a control message that is malformed", code="IP-61")
    return message
