"""How a shell was called, as far as the broker itself must know it; read by the shell's own rule, like any tool."""

from dataclasses import dataclass
from typing import Final

from interposer.rulebook import Rulebook
from interposer_argv.reader import read
from interposer_argv.reading import GrammarError
from interposer_shell.word import Word

_LOGIN: Final = frozenset({"-l", "--login"})
_NO_BASH_ENV: Final = frozenset({"-i", "-p", "-r", "-v", "-x", "--posix", "--restricted", "--verbose"})


@dataclass(frozen=True, slots=True)
class ShellCall:
    """One call of a shell.

    Attributes:
        login: it reads login files, which may set PATH anew, and then, unseen by its script, the file that BASH_ENV
            names (bash(1), INVOCATION): not an interactive, posix, privileged or tracing one.
        stdin: it reads its script from standard input.
        script: the script file that it reads, "" for none.
    """

    login: bool = False
    stdin: bool = False
    script: str = ""


def read_shell_call(rulebook: Rulebook, argv: tuple[str, ...]) -> ShellCall:
    """The call of the shell `argv[0]`; what cannot be read counts as reading from standard input."""
    name = argv[0].lstrip("-")
    rule = rulebook.find(name)
    if rule is None:
        return ShellCall(stdin=True)
    try:
        reading = read(rule.grammar, [Word((text,) if text else (), (at, at + 1)) for at, text in enumerate(argv)][1:])
    except GrammarError:
        return ShellCall(stdin=True)
    given = set(reading.given)
    text = any(value.slot.kind == "shell" and value.job for value in reading.values)
    scripts = [value.word.text or "" for value in reading.values if value.slot.kind == "load" and value.job]
    own = bool(scripts) and scripts[0] not in {"-", "/dev/stdin", "/proc/self/fd/0", "/dev/fd/0"} and "-s" not in given
    return ShellCall(
        login=name == "bash" and bool(argv[0] != name or given & _LOGIN) and not given & _NO_BASH_ENV,
        stdin=not reading.ends and not text and not own,
        script=scripts[0] if own else "",
    )
