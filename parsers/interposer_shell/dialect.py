"""Other shells than bash: what they would read differently is refused.

Facts from dash 0.5.12 and zsh 5.9: dash(1), zshmisc(1), zshexpn(1), and running them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from interposer_shell.reading import Command, Dialect, Reading
from interposer_shell.refusal import refuse
from interposer_shell.word import Unknown, Word

_ZSH_ONLY: Final = frozenset(
    {"suffix", "clobber", "range", "background-suffix", "split", "continuation", "last-backslash"}
)
"""Features that sh, dash and bash agree about."""

_NOT_IN_DASH = frozenset(
    {
        "source", "declare", "typeset", "let", "shopt", "mapfile", "readarray", "compgen", "complete", "compopt",
        "enable", "builtin", "pushd", "popd", "dirs", "disown", "help", "history", "logout", "suspend", "caller",
        "bind", "[[", "alias", "fc", "jobs", "select", "function", "time", "coproc",
    }
)  # fmt: skip
_ONLY_IN_ZSH = frozenset(
    {
        "-", "noglob", "nocorrect", "repeat", "foreach", "end", "float", "integer", "autoload", "zmodload",
        "emulate", "functions", "where", "whence", "which", "time", "print", "pushln", "vared", "zcompile", "sched",
        "zle", "bindkey", "limit", "unlimit", "setopt", "unsetopt", "rehash", "unhash", "chdir", "bye", "ttyctl",
        "zstyle", "zformat", "zparseopts", "zregexparse", "log", "r", "getln", "echotc", "echoti", "stat", "zstat",
        "zftp", "zsocket", "ztcp", "zpty", "zselect", "sysopen", "sysread", "syswrite", "private", "strftime",
        "zf_rm", "unfunction", "always", "mapfile", "readarray", "shopt", "compgen", "complete", "enable",
        "disable", "help", "alias", "source", "declare", "typeset", "local", "let", "[[", "hash", "set", "trap",
    }
)  # fmt: skip
_FOREIGN = re.compile(r"(?=[^=\[]*[^\x00-\x7f])[^\W\d]\w*(?:\[|\+?=)")  # an assignment to zsh alone
_TIED_IN_ZSH = frozenset(
    {
        "path", "fpath", "cdpath", "manpath", "module_path", "mailpath", "fignore", "psvar", "watch", "argv",
        "commands", "aliases", "galiases", "functions", "builtins", "options", "parameters", "status", "prompt",
        "signals", "nameddirs", "NULLCMD", "READNULLCMD", "ZDOTDIR", "FPATH", "precmd_functions",
    }
)  # fmt: skip
_ONLY_IN_BASH = frozenset(
    {
        "RANDOM", "SRANDOM", "SECONDS", "LINENO", "BASHPID", "UID", "EUID", "GROUPS", "EPOCHSECONDS",
        "EPOCHREALTIME", "BASH_SUBSHELL", "HISTCMD", "BASH", "BASH_VERSION", "BASH_VERSINFO", "HOSTNAME",
        "HOSTTYPE", "MACHTYPE", "OSTYPE", "SHLVL", "_",
    }
)  # fmt: skip


def check_dialect(reading: Reading, features: Iterable[tuple[str, int]], dialect: Dialect) -> None:
    """Refuse what `dialect` and bash would not read alike."""
    if dialect == "bash":
        return
    for feature, place in features:
        if dialect == "zsh" or feature not in _ZSH_ONLY:
            refuse("dialect", place, place + 1, detail=feature, hint="write it as POSIX sh, or run it with bash")
    names = _ONLY_IN_ZSH if dialect == "zsh" else _NOT_IN_DASH
    for command in reading.commands:
        name = command.words[0].text if command.words else None
        if name in names:
            refuse("dialect", *command.span, detail=f"`{name}`", hint="run it with bash")
        for unknown in _unknowns(command):
            if unknown.why == "special" and unknown.name in _ONLY_IN_BASH:
                refuse("dialect", *command.span, detail=f"`${unknown.name}`", hint="run it with bash")
        if dialect == "zsh":
            _check_zsh(command)


def _words(command: Command) -> Iterator[Word]:
    yield from command.words
    for assignment in command.assignments:
        if assignment.value is not None:
            yield assignment.value
    for redirect in command.redirects:
        if redirect.target is not None:
            yield redirect.target


def _unknowns(command: Command) -> Iterator[Unknown]:
    for word in _words(command):
        yield from word.unknowns


def _check_zsh(command: Command) -> None:
    """`=name` is a path, `}` closes a group anywhere, names may hold any letter, some variables are tied to others."""
    for word in _words(command):
        if (word.head.startswith("=") and word.head != "=") or word.text in {"{", "}"} or _FOREIGN.match(word.source):
            refuse("dialect", *word.span, detail=f"`{word.source}`", hint="quote it, or run it with bash")
    if command.redirects and not command.words:
        refuse("dialect", *command.span, detail="a redirection alone runs `$NULLCMD`", hint="write `: > file`")
    for assignment in command.assignments:
        if assignment.name in _TIED_IN_ZSH:
            refuse("dialect", *command.span, detail=f"`{assignment.name}`", hint="use another name")
