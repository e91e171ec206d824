"""What a real shell runs: a text goes to it with nothing on PATH but recorders, and the argv they saw come back.

A recorder writes its argv and ends with a given status; names that have none are recorded by bash's own
`command_not_found_handle`. No real tool can be reached by name.
"""

import contextlib
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from interposer_shell.reading import Command, Reading
from interposer_shell.word import Word

TIME_LIMIT = 5.0
_NAMES = (
    "EVIL",
    "EVIL0",
    "EVIL2",
    "EVIL3",
    "E1",
    "E2",
    "E3",
    "E4",
    "E5",
    "cat",
    "ls",
    "rm",
    "mv",
    "cp",
    "mkdir",
    "touch",
    "grep",
    "sed",
    "awk",
    "head",
    "tail",
    "sort",
    "wc",
    "curl",
    "bash",
    "sh",
    "git",
    "find",
    "xargs",
    "env",
    "mktemp",
    "date",
    "seq",
    "tee",
    "make",
    "python",
    "a",
    "b",
    "x",
    "ok",
    "no",
    "sudo",
    "nohup",
    "timeout",
)
_RECORDER = """#!/bin/sh
printf '%s\\0' "$(($#+1))" "${0##*/}" "$@" >> "$RECORD"
exit "$RECORD_STATUS"
"""
_NOT_FOUND = """() {  builtin printf '%s\\0' "$#" "$@" >> "$RECORD"; return "$RECORD_STATUS"
}"""
_ZSH_NOT_FOUND = """command_not_found_handler() {
builtin printf '%s\\0' "$#" "$@" >> "$RECORD"; return "$RECORD_STATUS" }
"""
_LIMITS = ((resource.RLIMIT_CPU, 3), (resource.RLIMIT_FSIZE, 1_000_000), (resource.RLIMIT_CORE, 0))

Argv = tuple[bytes, ...]


class Oracle:
    """A folder of recorders; `close` removes it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="recorders-"))
        self._bin = self._folder / "bin"
        self._bin.mkdir()
        recorder = self._folder / "recorder"
        recorder.write_text(_RECORDER)
        recorder.chmod(0o755)
        for name in _NAMES:
            (self._bin / name).symlink_to(recorder)

    def close(self) -> None:
        """Remove the recorders."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def executed(self, text: str, shell: str = "bash") -> list[Argv]:
        """Every argv that the shell ran for this text, with recorders that succeed and with recorders that fail."""
        return [argv for status in "01" for argv in self._run(text, shell, status)]

    def _run(self, text: str, shell: str, status: str) -> list[Argv]:
        work = Path(tempfile.mkdtemp(prefix="work-", dir=self._folder))
        record = self._folder / "record"
        record.unlink(missing_ok=True)
        for name in ("f1", "f2"):
            (work / name).touch()
        environment = {
            "PATH": str(self._bin),
            "HOME": "/home/u",
            "LC_ALL": "C.UTF-8",
            "RECORD": str(record),
            "RECORD_STATUS": status,
        }
        arguments = [shutil.which(shell) or shell, "-c", text]
        if shell == "bash":
            environment["BASH_FUNC_command_not_found_handle%%"] = _NOT_FOUND
        if shell == "zsh":
            (work / ".zshenv").write_text(_ZSH_NOT_FOUND)
            environment["ZDOTDIR"] = str(work)
        _spawn(arguments, environment, work)
        shutil.rmtree(work, ignore_errors=True)
        return list(_records(record.read_bytes())) if record.exists() else []


def _limit() -> None:
    for what, value in _LIMITS:
        resource.setrlimit(what, (value, value))


def _spawn(arguments: Sequence[str], environment: dict[str, str], work: Path) -> None:
    with subprocess.Popen(
        arguments,
        env=environment,
        cwd=work,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_limit,  # noqa: PLW1509 (one thread only, and a limit must hold before the shell starts)
    ) as process:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(TIME_LIMIT)
        # What the text left in the background has had its time too.
        with contextlib.suppress(ProcessLookupError):
            _wait_for_group(process.pid)
            os.killpg(process.pid, signal.SIGKILL)


def _wait_for_group(group: int) -> None:
    for _ in range(30):
        os.killpg(group, 0)
        time.sleep(0.005)


def _records(data: bytes) -> Iterator[Argv]:
    fields = data.split(b"\0")
    at = 0
    while at < len(fields) - 1:
        count = int(fields[at])
        yield tuple(fields[at + 1 : at + 1 + count])
        at += 1 + count


def hidden(reading: Reading, executed: Sequence[Argv]) -> list[Argv]:
    """The executed argv that no command of the reading stands for; text that is evaluated unread stands for any."""
    if any(one.text.text is None for command in reading.commands for one in command.evaluates):
        return []
    names = [words[0] for command in reading.commands for words in _spellings(command)]
    if any(name.text in {".", "source"} or (name.text is None and _fits(name, b".")) for name in names):
        return []
    patterns = [words for command in reading.commands for words in _spellings(command)]
    return [argv for argv in dict.fromkeys(executed) if not any(stands_for(words, argv) for words in patterns)]


def _spellings(command: Command) -> Iterator[tuple[Word, ...]]:
    """The words as they are, and behind `exec`, `command` and `builtin`, which are listed as typed."""
    words = command.words
    while words:
        yield words
        if words[0].text not in {"exec", "command", "builtin"}:
            return
        words = words[1:]
        while words and words[0].head.startswith("-"):
            words = words[2:] if words[0].text == "-a" else words[1:]


def stands_for(words: Sequence[Word], argv: Argv) -> bool:
    """Whether the words could be this argv: an unknown piece is any text, a word that is many any number of words."""
    if not words:
        return not argv
    first, rest = words[0], words[1:]
    if first.many or any(unknown.many for unknown in first.unknowns):
        return any(stands_for(rest, argv[count:]) for count in range(len(argv) + 1))
    return bool(argv) and _fits(first, argv[0]) and stands_for(rest, argv[1:])


def _fits(word: Word, argument: bytes) -> bool:
    pieces = [
        re.escape(part.encode("utf-8", "surrogateescape")) if isinstance(part, str) else b".*" for part in word.parts
    ]
    return re.fullmatch(b"".join(pieces), argument, re.DOTALL) is not None
