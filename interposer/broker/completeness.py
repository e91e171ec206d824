"""Where one command of a script on standard input ends, and whether it would read on in that input itself."""

import os
import subprocess
from typing import Final, Literal

from interposer_shell.reader import read
from interposer_shell.reading import Command, Dialect
from interposer_shell.refusal import ShellSyntaxError

State = Literal["complete", "incomplete"]
_MARK: Final = "interposer-end-of-command"
_READERS: Final = frozenset({"read", "mapfile", "readarray", "select"})
_NEEDS_MORE: Final = ("unexpected end of file", "unexpected EOF", "delimited by end-of-file")
_BASH: Final = ("/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash")


def completeness(text: str, dialect: Dialect) -> State:
    """Whether the lines so far are whole commands; what no further line can mend counts as whole, and is judged so.

    Whole means: a line put behind is a command of its own. So an open here-document, a trailing backslash, `&&` or `|`
    wait for their rest whatever a reader makes of a text that ends there.
    """
    try:
        commands = read(text, dialect).commands
    except ShellSyntaxError:
        return _by_bash(text)
    try:
        marked = read(f"{text}{_MARK}\n" if text.endswith("\n") else f"{text}\n{_MARK}\n", dialect).commands
    except ShellSyntaxError:
        return "incomplete"
    return "complete" if len(marked) == len(commands) + 1 and _stands_alone(marked[-1]) else "incomplete"


def shared_reader(text: str, dialect: Dialect) -> str:
    """The builtin in the text that would read the shell's own standard input, "" for none."""
    try:
        reading = read(text, dialect)
    except ShellSyntaxError:
        return ""
    return next((_name(one) for one in reading.commands if _name(one) in _READERS and _shares(one)), "")


def _stands_alone(last: Command) -> bool:
    alone = not (last.scope or last.stdin or last.inherits or last.function or last.background or last.depth)
    return alone and len(last.words) == 1 and last.words[0].text == _MARK and last.joined not in {"&&", "||", "|", "|&"}


def _name(command: Command) -> str:
    return (command.words[0].text or "") if command.words else ""


def _shares(command: Command) -> bool:
    own = (*command.redirects, *command.inherits)
    return not command.stdin and not any(one.op.startswith("<") and one.fd in {"", "0"} for one in own)


def _by_bash(text: str) -> State:
    """Bash itself says whether it waits for more (`bash -n` runs nothing: bash(1), set -n)."""
    shell = next((path for path in _BASH if os.access(path, os.X_OK)), "")
    if not shell:
        return "complete"
    found = subprocess.run(
        [shell, "-n"],
        input=os.fsencode(text),
        capture_output=True,
        env={"LC_ALL": "C"},
        cwd="/",
        check=False,
        timeout=10,
    )
    said = found.stderr.decode("utf-8", "replace")
    return "incomplete" if any(sign in said for sign in _NEEDS_MORE) else "complete"
