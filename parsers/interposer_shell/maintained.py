"""Parameters that the shell itself sets (bash manual 3.4.2, 5.2)."""

from typing import Final

SPECIAL: Final = frozenset(
    {
        "?", "$", "!", "#", "-", "_", "RANDOM", "SRANDOM", "SECONDS", "LINENO", "BASHPID", "PPID", "UID", "EUID",
        "GROUPS", "EPOCHSECONDS", "EPOCHREALTIME", "BASH_SUBSHELL", "HISTCMD", "BASH", "BASH_VERSION",
        "BASH_VERSINFO", "HOSTNAME", "HOSTTYPE", "MACHTYPE", "OSTYPE", "SHLVL",
    }
)  # fmt: skip
"""Never text that an outsider chose."""

MAINTAINED: Final = frozenset(
    {
        "REPLY", "OPTARG", "OPTIND", "DIRSTACK", "BASH_REMATCH", "BASH_SOURCE", "FUNCNAME", "PIPESTATUS", "MAPFILE",
        "COPROC", "IFS", "BASH_COMMAND", "BASH_ARGV", "BASH_ALIASES", "BASH_CMDS", "BASH_LINENO", "SHELLOPTS",
        "BASHOPTS", "BASH_EXECUTION_STRING", "COMP_WORDS", "COMPREPLY", "BASH_ARGV0", "BASH_ARGC",
    }
)  # fmt: skip
"""Set by the shell from what it reads or runs; their value is not known."""
