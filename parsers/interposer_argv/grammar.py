"""What is known of one tool's command line, compiled from `rules/<tool>.toml` (see rules/README.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Style = Literal["getopt", "getopt-long", "single-dash", "go-flag", "find", "dd", "tar", "subcommands", "none"]
Via = Literal["option", "operand", "env", "config", "stdin"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One value that an option or operand takes.

    Attributes:
        kind: one of `KINDS`.
        detail: what follows the colon: the language of `code:python` and `script:sed`, else "".
        optional: the value counts only when attached (`--color=x`, `-O./x`).
        repeat: any number of such values (operands only).
    """

    kind: str
    detail: str = ""
    optional: bool = False
    repeat: bool = False


KINDS = frozenset(
    {
        "text", "number", "stat", "read", "write", "dir", "delete", "load", "config", "run", "argv", "words", "shell",
        "code", "url", "host", "package", "env-assign", "flags", "rest", "secret",
        "script", "setting", "send", "mode", "permissions", "discard", "process", "index", "refspec", "remote", "mount",
    }
)  # fmt: skip
"""The closed list of slot kinds; rules/README.md says what each becomes."""


@dataclass(frozen=True, slots=True)
class Does:
    """An effect that needs no value: `-delete`, `--hard`.

    Attributes:
        effect: an effect kind of `interposer.effects.KINDS`.
        detail: what follows the colon (`discard:tree`).
        to: "operands", "cwd" or "" (nothing in particular).
    """

    effect: str
    detail: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """Slots that hold instead, once one of `options` (by any spelling) is given."""

    options: tuple[str, ...]
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One option, primary, variable or configuration key.

    Attributes:
        names: every spelling, the manual's first.
        slots: the values it takes, in order.
        does: effects that its mere presence has.
        makes: slot kind that read operands get by it (`sed -i`: "write"), "" for no change.
        until: end marks of an `argv` slot (`;`, `{} +`).
        fills: placeholder inside an `argv`, `words` or `shell` slot that the tool replaces (`{}`).
        split: the value is a list, joined by this text; each item is one slot value.
        at: the slot kind of FILE where the value is `@FILE`, "" where `@` means nothing.
        prefix: the value may be glued to the option's name without `=` even though the name is long (`-Wl,x`).
        when: other slots under other options.
        unless: spellings whose presence takes the effects away (`-n`, `--dry-run`).
        harmless: values that mean nothing dangerous (`true`, `false`, `no:cacheprovider` as `no:*`).
        job: running the value is what the tool is for.
        filters: find-like: this primary narrows what is acted on.
        ends: the tool only prints something and exits (`--help`, `--version`).
        note: source of the claim.
        commands: the value holds commands for the user's own work (`rebase -x`): ordinary programs are fine in it.
        appends: the tool adds arguments of its own at the end of an `argv` slot (`fd -x`).
        detached: the values are always the next words, also in a bundle: `-oc errexit TEXT` (sh, bash).
        closes: the words behind it are operands (`bash - FILE`).
        dashed: a lone `-` that is read behind `--`, too (`env -- - CMD`).
    """

    names: tuple[str, ...]
    slots: tuple[Slot, ...] = ()
    does: tuple[Does, ...] = ()
    makes: str = ""
    until: tuple[str, ...] = ()
    fills: str = ""
    split: str = ""
    at: str = ""
    prefix: bool = False
    when: tuple[When, ...] = ()
    unless: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    job: bool = False
    filters: bool = False
    ends: bool = False
    note: str = ""
    commands: bool = False
    appends: bool = False
    detached: bool = False
    closes: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Operands:
    """What the operands are.

    Attributes:
        slots: in order; at most one repeats, the ones behind it are taken from the end (`cp`: `read* write`).
        dashed: slot of every operand behind `--` where that differs (`git checkout -- PATH`), else None.
        when: other slots under other options.
        fills: names of the options that set the placeholder of the `argv` operand (`xargs -I R`); their value is it.
        appends: the tool adds more arguments of its own at the end of an `argv` operand (`xargs`).
    """

    slots: tuple[Slot, ...] = ()
    dashed: Slot | None = None
    when: tuple[When, ...] = ()
    split: str = ""
    job: bool = False
    fills: tuple[str, ...] = ()
    appends: bool = False
    at: str = ""
    unless: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    does: tuple[Does, ...] = ()
    commands: bool = False


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one tool, or one of its subcommands, reads its argv.

    Attributes:
        options: by every spelling.
        subs: subcommands by every name; a nested name ("remote add") is a grammar inside the grammar of "remote".
        closed: an option that is not listed is refused; otherwise it is taken as harmless text.
        permute: options may follow operands (GNU); false: the first operand ends them.
        abbreviate: a unique prefix of a long option is that option.
        numeric: `-NUM` is an option of its own (`head -20`).
        plus: words that begin with `+` are options too (`vim +cmd`, `bash +x`).
        negate: `--no-X` is accepted for every listed `--X` and takes no value (git's parse-options).
        equals: `-o=v` means v for short options too (pflag, clap); otherwise the value is `=v` (getopt).
        does: effects of the mere call (`git stash clear`).
        response: slot kind of FILE where a word `@FILE` stands for the words in it (gcc, javac), "" for no such thing;
            without `permute` only words in front of the first operand are meant (java).
        rejects: an option that lacks its value makes the tool end before it does anything.
    """

    style: Style = "getopt-long"
    options: Mapping[str, Option] = field(default_factory=dict)
    operands: Operands = Operands()
    subs: Mapping[str, "Grammar"] = field(default_factory=dict)
    closed: bool = False
    permute: bool = True
    abbreviate: bool = True
    numeric: bool = False
    plus: bool = False
    negate: bool = False
    equals: bool = False
    does: tuple[Does, ...] = ()
    unless: tuple[str, ...] = ()
    response: str = ""
    rejects: bool = False
