"""Which protections this kernel gives, found out by trying each in a process of its own."""

import os
import platform
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from interposer.errors import ExecError
from interposer.supervise import landlock, seccomp, tracing

_ATTACH: Final = "attach"
_YAMA: Final = Path("/proc/sys/kernel/yama/ptrace_scope")


@dataclass(frozen=True, slots=True)
class Protection:
    """One thing that the exec layer rests on.

    Attributes:
        missing: why there is none, "" where there is.
        needed: without it there is no exec layer; otherwise it is only weaker.
    """

    id: str
    gives: str
    missing: str
    needed: bool = True


def probe() -> tuple[Protection, ...]:
    """All protections as they are here and now."""
    return (
        Protection("notify", "every execve of the tree waits for its verdict", _notify()),
        Protection(_ATTACH, "what is judged is what runs", _attach()),
        Protection("scope", "the tree cannot signal or trace what stands outside of it", _scope(), needed=False),
    )


def required(found: tuple[Protection, ...]) -> None:
    """Raise where the exec layer cannot be had.

    Raises:
        ExecError: IP-91, with the reason.
    """
    missing = [one for one in found if one.needed and one.missing]
    if missing:
        raise ExecError(
            f"the exec layer cannot be brought up: {missing[0].missing}",
            code="IP-91",
            hint="layers that remain: shell, path (--layers auto)",
        )


def _notify() -> str:
    try:
        seccomp.machine()
    except ExecError as error:
        return str(error)
    number = _tried(lambda: os.close(seccomp.install()))
    return seccomp.why_not(number) if number else ""


def _attach() -> str:
    if platform.machine() not in seccomp.MACHINES:
        return "not known for this processor"
    pid = os.fork()
    if pid == 0:
        signal.pause()
        os._exit(0)
    try:
        tracing.seize(pid)
    except OSError as error:
        scope = f" (Yama ptrace_scope {_YAMA.read_text().strip()})" if _YAMA.exists() else ""
        return f"a child of ours cannot be traced: {error.strerror}{scope}"
    else:
        return ""
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _scope() -> str:
    found = landlock.version()
    if found < landlock.SCOPE_SINCE:
        return f"this kernel's Landlock has no scopes (interface {found}; 6 came with Linux 6.12)"
    number = _tried(landlock.enter_scope)
    return os.strerror(number) if number else ""


def _tried(work: Callable[[], object]) -> int:
    """Try it in a child; the error's number, 0 where it went well."""
    pid = os.fork()
    if pid == 0:
        number = 255
        try:
            work()
            number = 0
        except OSError as error:
            number = error.errno or number
        finally:
            os._exit(number)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
