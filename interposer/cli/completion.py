"""Print a completion script for a shell, made from the verbs' own argument parsers: no list is kept twice."""

import argparse
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from interposer.cli.main import LATER, VERBS, parser

SUMMARY = "print a completion script for your shell"
EPILOG = """\
examples:
  eval "$(interposer completion bash)"                 in ~/.bashrc
  interposer completion zsh > ~/.zfunc/_interposer     a folder of fpath
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the one operand of `completion`."""
    parser.add_argument("shell", choices=list(SCRIPTS), metavar="SHELL", help="bash or zsh")


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    print(SCRIPTS[args.shell](), end="")
    return 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What one verb takes.

    Attributes:
        options: each with its spellings, help, and the words that its value can be; None for an option without a value.
        words: what its first operand can be, empty where it is free.
        command: its operands are a command line of their own.
    """

    verb: str
    options: tuple[tuple[tuple[str, ...], str, tuple[str, ...] | None], ...]
    words: tuple[str, ...]
    command: bool


def choices() -> Iterator[Choice]:
    """Every verb of this version with what its parser says."""
    for verb in VERBS:
        if verb in LATER:
            continue
        actions = _actions_of(verb)
        options = [one for one in actions if one.option_strings]
        operands = [one for one in actions if not one.option_strings]
        yield Choice(
            verb,
            tuple((tuple(one.option_strings), one.help or "", _values(one)) for one in options),
            _words(operands[0]) if operands else (),
            any(one.nargs == "*" and one.metavar in {"CMD", "ARGV"} for one in operands),
        )


def _actions_of(verb: str) -> list[argparse.Action]:
    subs = next(one for one in parser(verb)._actions if isinstance(one, argparse._SubParsersAction))  # noqa: SLF001 - argparse has no public way to list its options
    return list(subs.choices[verb]._actions)  # noqa: SLF001 - likewise


def _values(action: argparse.Action) -> tuple[str, ...] | None:
    return None if action.nargs == 0 else _words(action)


def _words(action: argparse.Action) -> tuple[str, ...]:
    return tuple(str(word) for word in action.choices or () if word)


def bash() -> str:
    """The script for bash (bash(1), Programmable Completion)."""
    cases = "\n".join(_bash_case(one) for one in choices())
    verbs = shlex.quote(" ".join(one.verb for one in choices()))
    return f"""\
# bash completion for interposer; made by `interposer completion bash`.
_interposer() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} verb=${{COMP_WORDS[1]}} words= at
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W {verbs} -- "$cur"))
        return
    fi
    for ((at = 2; at < COMP_CWORD; at++)); do
        [ "${{COMP_WORDS[at]}}" = -- ] || continue
        COMPREPLY=($(compgen -c -f -- "$cur"))
        return
    done
    case $verb in
{cases}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o default -F _interposer interposer
"""


def _bash_case(one: Choice) -> str:
    lines = [f"    {one.verb})"]
    valued = [(names, words) for names, _, words in one.options if words is not None]
    if valued:
        lines.append("        case $prev in")
        lines += [
            f"        {'|'.join(names)}) words={shlex.quote(' '.join(words))} ;;" for names, words in valued if words
        ]
        free = [name for names, words in valued if not words for name in names]
        lines += [f"        {'|'.join(free)}) return ;;"] if free else []
        lines.append(f"        *) words={shlex.quote(_all_words(one))} ;;")
        lines.append("        esac ;;")
    else:
        lines.append(f"        words={shlex.quote(_all_words(one))} ;;")
    return "\n".join(lines)


def _all_words(one: Choice) -> str:
    return " ".join([*one.words, *(name for names, _, _ in one.options for name in names), *(["--"] * one.command)])


def zsh() -> str:
    """The script for zsh (zshcompsys(1), `_arguments`)."""
    described = "\n".join(f"        {shlex.quote(one.verb + ':' + VERBS[one.verb])}" for one in choices())
    cases = "\n".join(_zsh_case(one) for one in choices())
    return f"""\
#compdef interposer
# zsh completion for interposer; made by `interposer completion zsh`.
_interposer() {{
    local -a verbs=(
{described}
    )
    if (( CURRENT == 2 )); then
        _describe verb verbs
        return
    fi
    local verb=$words[2]
    shift words
    (( CURRENT-- ))
    case $verb in
{cases}
    esac
}}
if [ "$funcstack[1]" = _interposer ]; then _interposer "$@"; else compdef _interposer interposer; fi
"""


def _zsh_case(one: Choice) -> str:
    specs = [_zsh_option(names, told, words) for names, told, words in one.options]
    if one.command:
        specs.append("*::command:_normal")
    elif one.words:
        specs.append(f"1:{one.verb}:({' '.join(one.words)})")
        specs.append("*:operand:_default")
    else:
        specs.append("*:operand:_default")
    return f"    {one.verb}) _arguments {' '.join(map(shlex.quote, specs))} ;;"


def _zsh_option(names: tuple[str, ...], told: str, words: tuple[str, ...] | None) -> str:
    """`_arguments` repeats a specification for each spelling; the longest one stands for the option."""
    plain = told.replace("[", "(").replace("]", ")").replace(":", ",")
    value = "" if words is None else f":value:({' '.join(words)})" if words else ":value:_default"
    return f"{max(names, key=len)}[{plain}]{value}"


SCRIPTS = {"bash": bash, "zsh": zsh}
"""Every shell with the maker of its script."""
