"""Asks an installed tool which options it has: help texts, manual pages, completion output; nothing else is run."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from interposer.cli.documented import Documented, from_completion, from_help, from_manual

SECONDS = 15
_ENOUGH = 3
_KEPT = ("PATH", "HOME", "USER", "LOGNAME", "GOROOT", "JAVA_HOME", "RUSTUP_HOME", "CARGO_HOME", "PYENV_ROOT")
_SET = {
    "LC_ALL": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1", "PAGER": "cat", "GIT_PAGER": "cat", "MANPAGER": "cat",
    "MANWIDTH": "200", "COLUMNS": "200", "GOFLAGS": "-mod=mod", "GOPROXY": "off", "PIP_NO_INPUT": "1",
}  # fmt: skip
MANUAL = "man"
COMPLETION = "--git-completion-helper-all"


@dataclass(frozen=True, slots=True)
class Asks:
    """How a tool is asked; `SUB` in an argv stands for the words of the subcommand.

    Attributes:
        whole: argvs that document the tool itself, the tool's name in front left out.
        sub: argvs that document a subcommand.
        every: all of them are asked and added up; otherwise the first that documents anything counts.
        prepare: run in the empty folder first.
    """

    whole: Sequence[Sequence[str]] = (("--help",), (MANUAL,), ("-h",))
    sub: Sequence[Sequence[str]] = (("SUB", "--help"), ("SUB", "-h"))
    every: bool = False
    prepare: Sequence[Sequence[str]] = ()


DEFAULT = Asks()
PAGE = Asks(whole=((MANUAL,), ("--help",)))
ASKS = {
    "git": Asks((("-h",), (MANUAL,)), (("SUB", COMPLETION), ("SUB", "-h")), every=True, prepare=(("init", "-q"),)),
    "go": Asks((("help",),), (("help", "SUB"), ("SUB", "-h")), every=True),
    "curl": Asks((("--help", "all"),)),
    "npm": Asks((("--help",),), (("SUB", "--help"),)),
    "find": PAGE,
    "ssh": PAGE,
    "scp": PAGE,
    "sftp": PAGE,
    "dd": PAGE,
    "busybox": Asks((("--help",),), ()),  # its manual page shows the options of all applets
    "less": PAGE,
}
"""Tools that are asked in their own way."""


def documented(tool: str, sub: Sequence[str] = ()) -> dict[str, Documented] | None:
    """The options that the installed `tool` documents, None where it is not installed or says nothing."""
    program = shutil.which(tool)
    if program is None:
        return None
    asks = ASKS.get(tool, DEFAULT)
    found: dict[str, Documented] = {}
    with tempfile.TemporaryDirectory(prefix="interposer-coverage-") as folder:
        for words in asks.prepare:
            output([program, *words], Path(folder))
        for words in asks.sub if sub else asks.whole:
            for name, option in _answer(program, words, sub, Path(folder)).items():
                if name not in found or found[name].value == "none":
                    found[name] = option
            if not asks.every and len(found) >= _ENOUGH:
                break
    return found or None


def _answer(program: str, words: Sequence[str], sub: Sequence[str], folder: Path) -> dict[str, Documented]:
    """The options that one question brings to light."""
    if tuple(words) == (MANUAL,):
        page = shutil.which("man")
        return from_manual(output([page, "-P", "cat", Path(program).name], folder)) if page else {}
    argv = [program, *(each for word in words for each in (sub if word == "SUB" else (word,)))]
    text = output(argv, folder)
    return from_completion(text) if COMPLETION in words else from_help(text)


def output(argv: Sequence[str], folder: Path) -> str:
    """What `argv` prints within `SECONDS`: run in `folder`, without input, without network where the kernel permits."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _SET
    with subprocess.Popen(
        [*_without_network(), *argv],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            text, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            text, _ = process.communicate()
    return text.decode("utf-8", "replace")


@lru_cache(maxsize=1)
def _without_network() -> tuple[str, ...]:
    """The words that start a program in an empty network namespace, none where that is not permitted."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    words = (unshare, "--user", "--map-current-user", "--net", "--")
    tried = subprocess.run(
        [*words, "true"], stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
    )
    return words if tried.returncode == 0 else ()
