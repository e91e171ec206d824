"""The other end of the socket, in Python: what the cold path, the verbs and the tests say to a broker."""

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from interposer.broker import frames
from interposer.broker.folder import connect_to
from interposer.broker.frames import Reply
from interposer.broker.peer import peer_of
from interposer.errors import BrokerError


def send_control(path: Path, message: Mapping[str, object], *, timeout: float = 10.0) -> dict[str, Any]:
    """Ask the broker at that socket; its answer.

    Raises:
        BrokerError: IP-60, none answers there, or one of another user.
    """
    try:
        with connect_to(path, timeout=timeout) as connection:
            _refuse_foreign(connection, path)
            connection.sendall(frames.encode_control(message))
            return frames.decode_control(_received(connection, frames.CONTROL_HEADER.size, frames.CONTROL_LIMIT))
    except OSError as error:
        raise BrokerError(f"no broker answers at `{path}`: {error.strerror or error}", code="IP-60") from error


def send_frame(path: Path, frame: bytes, descriptors: Sequence[int]) -> tuple[Reply, int]:
    """Send a whole request as a shim does; the reply and the descriptor that came with it, -1 for none.

    Raises:
        BrokerError: IP-60, none answers there, or one of another user.
    """
    try:
        with connect_to(path) as connection:
            _refuse_foreign(connection, path)
            sent = socket.send_fds(connection, [frame], descriptors)
            connection.sendall(frame[sent:])
            head, passed, _, _ = socket.recv_fds(connection, frames.REPLY_HEADER.size, 1)
            rest = _received(connection, frames.REPLY_HEADER.size, frames.REPLY_LIMIT, bytearray(head))
            return frames.decode_reply(bytes(rest)), passed[0] if passed else -1
    except OSError as error:
        raise BrokerError(f"no broker answers at `{path}`: {error.strerror or error}", code="IP-60") from error


def _refuse_foreign(connection: socket.socket, path: Path) -> None:
    if peer_of(connection).uid not in {os.geteuid(), 0}:
        raise BrokerError(f"the broker at `{path}` belongs to another user", code="IP-60")


def _received(connection: socket.socket, header: int, limit: int, got: bytearray | None = None) -> bytearray:
    got = got if got is not None else bytearray()
    wanted = header
    while len(got) < wanted:
        part = connection.recv(1 << 16)
        if not part:
            raise BrokerError("the broker's answer broke off", code="IP-61")
        got += part
        if len(got) >= header:
            wanted = header + int.from_bytes(got[4:8], "little")
            if wanted > header + limit:
                raise BrokerError("an answer over the size limit", code="IP-61")
    return got
