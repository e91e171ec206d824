"""Run a command under a supervisor whose judge knows one word, and say what was seen.

    python tree.py LOG OPTIONS -- COMMAND...

What has `DENY` as its first argument is refused. LOG gets a line of JSON for each image that was judged. The
word `DIE` kills the supervisor, `CRASH` makes the judge fail. OPTIONS: `scope`, the command stands in a Landlock scope.
"""

import json
import os
import selectors
import signal
import socket
import sys

from interposer.supervise import landlock, seccomp, tracing
from interposer.supervise.notify import Listener
from interposer.supervise.supervisor import Supervisor


class Judge:
    """Refuses what holds the word."""

    def __init__(self, log):
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)

    def judge(self, image, answer):
        """By the word."""
        self._write(pid=image.pid, argv=image.argv, exe=image.exe, cwd=image.cwd, env=len(image.environ))
        if "DIE" in image.argv[1:2]:
            os.kill(os.getpid(), signal.SIGKILL)
        if "CRASH" in image.argv[1:2]:
            raise RuntimeError("the judge broke")
        answer(b"refused: " + os.fsencode(" ".join(image.argv)) + b"\n" if "DENY" in image.argv[1:2] else None)

    def unseen(self, pid, path, why):
        """Noted too."""
        self._write(pid=pid, unseen=path, why=why)

    def _write(self, **told):
        os.write(self.log, json.dumps(told).encode() + b"\n")


def main():
    """Supervise until the last process of the tree has gone; the command's status."""
    log, *options = sys.argv[1 : sys.argv.index("--")]
    command = sys.argv[sys.argv.index("--") + 1 :]
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        seccomp.send_listener(seccomp.install(), theirs)
        if "scope" in options:
            landlock.enter_scope()
        ours.close()
        theirs.close()
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.execvp(command[0], command)  # noqa: S606 - starting it is the point
    listener = seccomp.receive_listener(ours)
    statuses = {}
    gone = []
    supervisor = Supervisor(Listener(listener), Judge(log), lambda: gone.append(1))
    wake, woken = socket.socketpair()
    wake.settimeout(0)
    woken.settimeout(0)
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with selectors.EpollSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(wake, selectors.EVENT_READ)
        while not (gone and child in statuses):
            for key, _ in selector.select(30) or sys.exit(99):
                if key.fd == listener:
                    supervisor.asked()
                    if gone:
                        selector.unregister(listener)
                else:
                    wake.recv(4096)
                    reap(supervisor, statuses)
    if supervisor.attached or supervisor.held:
        sys.exit(98)
    code = os.waitstatus_to_exitcode(statuses[child])
    sys.exit(code if code >= 0 else 128 - code)


def reap(supervisor, statuses):
    """Take all wait statuses that there are."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED | tracing.ALL)
        except ChildProcessError:
            return
        if pid == 0:
            return
        if not supervisor.waited(pid, status) and not os.WIFSTOPPED(status):
            statuses[pid] = status


if __name__ == "__main__":
    main()
