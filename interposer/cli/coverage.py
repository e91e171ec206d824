"""What a grammar lacks, and what only the grammar has, against the options that a tool documents."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from interposer.cli.documented import Documented
from interposer_argv.getopt import negation
from interposer_argv.grammar import Grammar, Option

Ask = Callable[[str, tuple[str, ...]], Mapping[str, Documented] | None]
"""Documents a tool, or one of its subcommands."""


_BUNDLING = frozenset({"getopt", "getopt-long", "tar", "subcommands"})


@dataclass(frozen=True, slots=True)
class Gap:
    """One grammar beside what the tool documents.

    Attributes:
        sub: the subcommand path, empty for the tool itself.
        asked: the tool answered.
        documented: how many spellings it documents.
        missing: spellings that the grammar does not list.
        only: spellings that only the grammar lists.
        differs: spellings that take a value here and not there, or the other way round.
        excused: spellings that the rule file explains to be no options.
    """

    tool: str
    sub: tuple[str, ...]
    complete: bool
    asked: bool
    documented: int = 0
    missing: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()


def gaps(tool: str, grammar: Grammar, ask: Ask, excused: Collection[str] = ()) -> Iterator[Gap]:
    """The gaps of a tool and of each of its subcommands; a nested one that shows its parent's help says nothing."""
    answers: dict[tuple[str, ...], Mapping[str, Documented] | None] = {}
    for sub, each in grammars(grammar):
        if each.style == "none":
            continue
        answer = answers[sub] = ask(tool, sub)
        if answer is None or (len(sub) > 1 and answer == answers.get(sub[:-1])):
            yield Gap(tool, sub, each.closed, asked=False)
        else:
            yield compare(tool, sub, each, answer, excused)


def grammars(grammar: Grammar, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Grammar]]:
    """The grammar and those inside it by their paths; of several names the first counts."""
    yield path, grammar
    seen: set[int] = set()
    for name, sub in grammar.subs.items():
        if id(sub) not in seen:
            seen.add(id(sub))
            yield from grammars(sub, (*path, name))


def compare(
    tool: str,
    sub: tuple[str, ...],
    grammar: Grammar,
    answer: Mapping[str, Documented],
    excused: Collection[str] = (),
) -> Gap:
    """The gap between `grammar` and what the tool documents; `excused` spellings are no options."""
    missing, differs = [], []
    for name, told in answer.items():
        option = listed(grammar, name) or _inside(grammar, name)
        if option is None and name not in excused:
            missing.append(name)
        elif option is not None and (
            name in grammar.options
            and told.value != "optional"
            and bool(_required(option)) != (told.value == "required")
            and not _loose(option)
        ):
            differs.append(name)
    only = [name for name in grammar.options if name not in answer]
    return Gap(
        tool,
        sub,
        grammar.closed,
        asked=True,
        documented=len(answer),
        missing=tuple(missing),
        only=tuple(only),
        differs=tuple(differs),
        excused=tuple(name for name in answer if name in excused and name not in grammar.options),
    )


def listed(grammar: Grammar, name: str) -> Option | None:
    """The option that `name` is in `grammar`, by the spelling rules of its style."""
    options = grammar.options
    found = options.get(name)
    if found is None and grammar.style == "go-flag":
        bare = name.lstrip("-")
        found = options.get("-" + bare) or options.get("--" + bare)
    if found is None and grammar.negate:
        found = negation(grammar, name)
    if found is None and grammar.numeric and name[1:].isdigit():
        found = Option((name,))
    if found is None:
        found = next((one for key, one in options.items() if one.prefix and name.startswith(key)), None)
    if found is None and grammar.style in _BUNDLING and name[:2] != "--":
        found = _bundled(grammar, name)
    return found


def _bundled(grammar: Grammar, name: str) -> Option | None:
    """What `-abc` or `-ofile` is where help texts write letters or a value behind one dash."""
    for letter in name[1:]:
        option = grammar.options.get(name[0] + letter)
        if option is None or option.slots:
            return Option((name,)) if option else None
    return Option((name,))


def _inside(grammar: Grammar, name: str) -> Option | None:
    """The option in a nested subcommand: a parent's help often shows those of its children (`git stash -h`)."""
    return next((found for sub in grammar.subs.values() if (found := listed(sub, name))), None)


def _required(option: Option) -> bool:
    return any(not slot.optional for slot in option.slots)


def _loose(option: Option) -> bool:
    """Whether a value may be there or not, so that no difference can be told from help texts."""
    return any(slot.optional or slot.kind in {"argv", "rest"} for slot in option.slots)
