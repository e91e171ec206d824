"""What a reading of a script text holds: every simple command that bash could run, in source order."""

from dataclasses import dataclass
from typing import Literal

from interposer_shell.word import Word

Dialect = Literal["bash", "sh", "dash", "zsh"]
"""The shell that will run the text; sh, dash and zsh accept only what they and bash read alike."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """`NAME=value`, `NAME+=value`, `NAME[index]=value` or `NAME=(items)`.

    Attributes:
        value: the assigned word; None where `items` holds an array's words.
    """

    name: str
    value: Word | None
    append: bool = False
    index: Word | None = None
    items: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirection, as written.

    Attributes:
        op: `<` `>` `>>` `>|` `<>` `<&` `>&` `&>` `&>>` `<<` `<<-` `<<<`.
        fd: the descriptor or `{name}` written before the operator, "" for none.
        target: the file, descriptor number or `-`; None for here-documents.
        body: the text given by a here-document or here-string.
    """

    op: str
    fd: str
    target: Word | None
    body: Word | None
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Text that a builtin will evaluate: `eval`, `trap`, `source /dev/stdin <<<`, `mapfile -C`, `PS4` under `set -x`.

    Attributes:
        text: what will be evaluated (the joined words of `eval`).
        commands: indices into `Reading.commands` of what that text holds, where it is static; they follow the
            command directly, one deeper.
    """

    by: str
    text: Word
    commands: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command.

    Attributes:
        words: name and arguments after all expansions that are static; empty where only assignments or redirections
            stand.
        span: its place in the text it was read from (of nested text: of the outermost command).
        line: 1-based.
        depth: 0 at top level, one more in each substitution, subshell, function body or evaluated text.
        scope: ids of the subshells, substitutions, pipeline members and background jobs around it, outermost first:
            `cd` and assignments in one scope are seen by commands whose scope begins with it, later in the text.
        function: name of the function whose body it stands in, "" elsewhere.
        calls: it calls a function (or static alias) that this text defines, so no program of that name runs.
        stdin: indices of the commands whose output it reads through a pipe or a process substitution; the last
            command of a compound feeds too.
        inherits: redirections of the compounds around it (`{ ..; } > f`, `done <<EOF`), outermost first.
        joined: how it hangs on what stands before it in its list: "" first, else `;` `&&` `||` `|` `|&` `&`.
        background: it is started by `&`.
    """

    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    span: tuple[int, int] = (0, 0)
    line: int = 1
    depth: int = 0
    scope: tuple[int, ...] = ()
    function: str = ""
    calls: bool = False
    stdin: tuple[int, ...] = ()
    inherits: tuple[Redirect, ...] = ()
    joined: str = ""
    background: bool = False
    evaluates: tuple[Evaluated, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All commands of a text.

    Attributes:
        commands: in source order, nested ones after the command that holds them.
        functions: names that the text defines as functions.
        environment: the last static value given to each exported or plain variable at top level (word may hold
            unknowns), for the judging of `PATH=` and of variables that later tools obey.
    """

    commands: tuple[Command, ...]
    functions: frozenset[str] = frozenset()
    environment: tuple[tuple[str, Word], ...] = ()
