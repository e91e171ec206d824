"""Every execve of a tree, from the request to the verdict: attach at the request, judge at the exec stop, let go.

The request itself is never judged: its arguments stand in memory that others can change. It is only the occasion to
attach. What is judged is the new image, which nobody has run yet and the kernel itself has copied.
"""

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from select import POLLHUP, POLLIN
from typing import Final, Protocol

from interposer.supervise import tracing
from interposer.supervise.image import Image, image_of
from interposer.supervise.notify import Listener, Notification
from interposer.supervise.search import absent, is_unreadable, path_of

Answer = Callable[[bytes | None], None]
"""Takes the refusal as the refused program's own last words, None to let it run."""
_ROUND: Final = 32


class Judging(Protocol):
    """Who decides."""

    def judge(self, image: Image, answer: Answer) -> None:
        """Judge an image; `answer` is called now or later, once."""
        ...

    def unseen(self, pid: int, path: str, why: str) -> None:
        """Record that something was refused because it could not be looked at."""
        ...


@dataclass(slots=True)
class Supervisor:
    """One supervised tree; `waited` must be told each wait status, `asked` when the listener can be read.

    Attributes:
        gone: called when the last process of the tree has ended.
        attached: tasks between their request and their exec stop, by task number.
        held: processes at their exec stop, by the object that stands for their question.
    """

    listener: Listener
    judging: Judging
    gone: Callable[[], None] = lambda: None
    attached: set[int] = field(default_factory=set)
    held: dict[int, object] = field(default_factory=dict)

    def asked(self) -> None:
        """Take the requests that wait."""
        for _ in range(_ROUND):
            state = self.listener.state()
            if state & POLLIN:
                self._take()
            else:
                if state & POLLHUP:
                    self.gone()
                return

    def _take(self) -> None:
        asked = self.listener.receive()
        if asked is None:
            return
        try:
            self._attach(asked)
        except Exception:  # noqa: BLE001 - fail closed: whatever went wrong, this one does not run
            traceback.print_exc(file=sys.stderr)
            self.attached.discard(asked.tid)
            self.listener.refuse(asked.id, errno.EACCES)

    def _attach(self, asked: Notification) -> None:
        path = path_of(asked) if asked.tid else ""
        missing = absent(path, asked.tid) if path else 0
        if missing:
            self.listener.refuse(asked.id, missing)
        elif not asked.tid:
            self._refuse(asked, path, "its process cannot be seen from here")
        elif path and is_unreadable(path, asked.tid):
            self._refuse(asked, path, "its file may be run but not read, so that nobody can see what it would do")
        else:
            self._seize(asked, path)

    def _seize(self, asked: Notification, path: str) -> None:
        try:
            tracing.seize(asked.tid)
        except ProcessLookupError:
            return
        except PermissionError:
            self._refuse(asked, path, "it is traced by another program, or hides itself, so that it cannot be held")
            return
        self.attached.add(asked.tid)
        tracing.interrupt(asked.tid)
        # INVARIANT: where the task was killed and its number given away, the wrong one stops by the interrupt, is let
        # go, and the answer goes nowhere.
        self.listener.proceed(asked.id)

    def _refuse(self, asked: Notification, path: str, why: str) -> None:
        """By an error of execve, where there is no image that could say it; EACCES, which every runtime takes well."""
        if self.listener.is_valid(asked.id):
            self._note(asked.tid, path, why)
        self.listener.refuse(asked.id, errno.EACCES)

    def _note(self, pid: int, path: str, why: str) -> None:
        """Have a refusal recorded; it stands, whether or not it could be."""
        try:
            self.judging.unseen(pid, path, why)
        except Exception:  # noqa: BLE001 - the caller has others to see to
            traceback.print_exc(file=sys.stderr)

    def waited(self, pid: int, status: int) -> bool:
        """Take a wait status; True where it was ours alone and no child's of whoever waits."""
        event = tracing.event_of(status)
        if not os.WIFSTOPPED(status):
            self.attached.discard(pid)
            self.held.pop(pid, None)
            return False
        if event == tracing.EVENT_EXEC:
            self._stands(pid)
            return True
        if not event and pid not in self.attached:
            return False
        # Its execve has failed, or never began: it goes its way, with the signal that was about to reach it.
        self.attached.discard(pid)
        tracing.detach(pid, 0 if event else os.WSTOPSIG(status))
        return True

    def _stands(self, pid: int) -> None:
        """A new image stands."""
        question = object()
        try:
            self.attached -= {tracing.former_tid(pid), pid}
            image = image_of(pid)
        except OSError as error:
            self._kill(pid)
            self._note(pid, "", f"its image cannot be read: {error.strerror}")
            return
        self.held[pid] = question
        try:
            self.judging.judge(image, lambda refusal: self._answer(pid, question, refusal))
        except Exception as error:  # noqa: BLE001 - fail closed: the others go on
            traceback.print_exc(file=sys.stderr)
            broken = f"interposer: denied (IP-69): internal error: {type(error).__name__}\n"
            self._answer(pid, question, broken.encode())

    def _answer(self, pid: int, question: object, refusal: bytes | None) -> None:
        if self.held.get(pid) is not question:
            return  # it was killed while it waited
        del self.held[pid]
        if refusal is not None:
            try:
                tracing.refuse(pid, refusal)
            except ProcessLookupError:
                return
            except (OSError, ValueError):
                traceback.print_exc(file=sys.stderr)
                self._kill(pid)
                return
        tracing.detach(pid)

    def _kill(self, pid: int) -> None:
        """It is held, so that the number is still its own; it does not run one instruction."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        tracing.detach(pid)
