"""The cold path: decides one request without a broker, then becomes the tool, or refuses.

A shim starts it as `PYTHON -I -S cold.py CONF REQUEST FOLDER IGNORED WHY` at `/` with an empty environment: CONF is the
description beside the shims, REQUEST a descriptor of the request's bytes, FOLDER one of the current folder (`-` for
none), IGNORED names the signals that Python itself is about to ignore and that were ignored before (`p` SIGPIPE, `x`
SIGXFSZ), WHY what failed. A permanent shim's broker is started and asked first.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time

TYPE_CHECKING = False  # importing typing for it would cost
if TYPE_CHECKING:
    from collections.abc import Mapping

    from interposer.broker.frames import Ask, Exec, Reply

REFUSED = 126


def main(conf: str, request: str, folder: str, ignored: str, why: str) -> None:
    """Decide and act; comes back only as an exit."""
    gc.disable()  # a start this short has nothing to collect
    with open(conf, encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs a tenth of the whole start
        details = json.loads(file.read().split("\n")[2])
    sys.path[:0] = details["path"]
    from interposer import plainclasses  # noqa: PLC0415 - found only through the line above

    sys.modules["dataclasses"] = plainclasses
    frame = _whole(int(request))
    here = -1 if folder == "-" else int(folder)
    from interposer.broker import frames  # noqa: PLC0415 - found only through the line above

    ask = frames.decode_ask(frame)
    reply = _by_broker(details, frame, ask, here) or _by_ourselves(details, ask, here, why)
    match reply:
        case frames.Refuse():
            _say(reply.text)
            os._exit(reply.status)
        case frames.Exec():
            _become(reply, ask, here, ignored)


def _whole(descriptor: int) -> bytes:
    parts, at = [], 0
    while part := os.pread(descriptor, 1 << 20, at):
        parts.append(part)
        at += len(part)
    os.close(descriptor)
    return b"".join(parts)


def _by_broker(details: Mapping[str, str], frame: bytes, ask: Ask, here: int) -> Reply | None:
    """The word of the per-user broker, which is started where it does not run; None where there is none to start."""
    if not details["resident"]:
        return None
    from interposer.broker.client import send_frame  # noqa: PLC0415 - as above
    from interposer.broker.frames import Exec  # noqa: PLC0415 - as above
    from interposer.broker.resident import start_resident  # noqa: PLC0415 - as above
    from interposer.errors import InterposerError  # noqa: PLC0415 - as above

    streams = [0, 2] if ask.flags & (1 << 7) else []
    try:
        reply, script = send_frame(start_resident(details["resident"]), frame, ([here] if here >= 0 else []) + streams)
    except InterposerError:
        return None
    if script >= 0 and isinstance(reply, Exec):
        os.dup2(script, 0)
        os.close(script)
    return reply


def _by_ourselves(details: Mapping[str, str], ask: Ask, here: int, why: str) -> Reply:
    """The strictest policy, an unknown context, a record in the spool."""
    from pathlib import Path  # noqa: PLC0415 - as above

    from interposer.audit.journal import spool  # noqa: PLC0415 - as above
    from interposer.audit.record import Pinned, Seen, record_of  # noqa: PLC0415 - as above
    from interposer.audit.redact import Redactor, load_key  # noqa: PLC0415 - as above
    from interposer.broker.answer import feeds, question_of, reply_to  # noqa: PLC0415 - as above
    from interposer.broker.coldly import cold_decision, cold_live  # noqa: PLC0415 - as above
    from interposer.broker.frames import Refuse  # noqa: PLC0415 - as above
    from interposer.paths import ensure_private_dir  # noqa: PLC0415 - as above

    started = time.monotonic_ns()
    state = ensure_private_dir(Path(details["state"]))
    live = cold_live(os.fsdecode(ask.shim))
    descriptors = ([here] if here >= 0 else []) + ([0, 2] if ask.flags & (1 << 7) else [])
    question = question_of(ask, descriptors, os.getpid(), live)
    if isinstance(question, Refuse):
        return question
    decision, pinned = cold_decision(question.request, live, details["config"], why)
    if decision.verdict == "allow" and feeds(question, decision):
        return Refuse("interposer: denied (IP-60): without a broker no shell reads a script from its standard input\n")
    seen = Seen(time=time.time_ns() // 1000, us=(time.monotonic_ns() - started) // 1000)
    full = Pinned(Redactor(load_key(state)), *pinned)
    name = spool(state, record_of(decision, question.request, live.session, full, seen))
    return reply_to(question, decision, name, live)


def _become(reply: Exec, ask: Ask, here: int, ignored: str) -> None:
    """Execute the tool with the bytes that the shim was given; only argv[0] differs."""
    import ctypes  # noqa: PLC0415 - os.execve takes no environment with entries that lack a `=`

    found = os.stat(reply.path)  # noqa: PTH116 - as in main
    if (found.st_dev, found.st_ino) != (reply.device, reply.inode):
        _refuse("the program changed between judging and start")
    argv = [reply.argv0, *ask.argv[1:]]
    named = {entry.partition(b"=")[0] for entry in reply.settings}
    environ = [entry for entry in ask.environ if entry.partition(b"=")[0] not in named] + list(reply.settings)
    if here >= 0:
        os.fchdir(here)
        os.close(here)
    elif ask.cwd:
        os.chdir(ask.cwd)
    for number, letter in ((signal.SIGPIPE, "p"), (signal.SIGXFSZ, "x")):
        signal.signal(number, signal.SIG_IGN if letter in ignored else signal.SIG_DFL)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.execve(
        ctypes.c_char_p(reply.path),
        (ctypes.c_char_p * (len(argv) + 1))(*argv, None),
        (ctypes.c_char_p * (len(environ) + 1))(*environ, None),
    )
    _refuse(f"{os.fsdecode(reply.path)}: {os.strerror(ctypes.get_errno())}")


def _refuse(reason: str) -> None:
    _say(f"interposer: denied (IP-60): {reason}\n  nothing was run; `interposer doctor` says what is wrong\n")
    os._exit(REFUSED)


def _say(text: str) -> None:
    data = text.encode("utf-8", "replace")
    while data:
        try:
            data = data[os.write(2, data) :]
        except OSError:
            return


if __name__ == "__main__":
    try:
        main(*sys.argv[1:6])
    except BaseException as error:  # noqa: BLE001 - fail closed, in one line, whatever happened
        _refuse(f"the cold path failed: {getattr(error, 'code', type(error).__name__)}: {error}")
