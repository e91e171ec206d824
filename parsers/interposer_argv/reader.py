"""The one door: an argv and a grammar to a reading."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from interposer_argv import dd, find, getopt, go_flag, plain, single_dash, subcommands, tar
from interposer_argv.grammar import Grammar, Style
from interposer_argv.reading import ArgvReading, Value
from interposer_argv.scan import Level, Scan
from interposer_argv.settle import settle
from interposer_shell.word import Word

_T = TypeVar("_T", bound=Hashable)

WALKS: Mapping[Style, Callable[[Scan, Level, int], int]] = {
    "getopt": getopt.walk,
    "getopt-long": getopt.walk,
    "single-dash": single_dash.walk,
    "go-flag": go_flag.walk,
    "find": find.walk,
    "dd": dd.walk,
    "tar": tar.walk,
    "subcommands": subcommands.walk,
    "none": plain.walk,
}
"""How each style walks an argv; a walk ends early only where a subcommand may stand."""


def read(grammar: Grammar, argv: Sequence[Word], *, posix: bool = False) -> ArgvReading:
    """Read `argv` (without argv[0]) as a tool with `grammar` does.

    An open grammar cannot know whether an unlisted option takes the next word: it is read both ways and the reading
    holds the values of both.

    Args:
        grammar: the tool's.
        argv: its words.
        posix: POSIXLY_CORRECT is set for the tool: GNU getopt takes all words behind the first operand as operands.
            A caller that does not know whether the tool obeys it reads the argv both ways.

    Raises:
        GrammarError: the tool would reject it (an ambiguous abbreviation, a missing value).
    """
    scan = Scan(argv, posix=posix)
    _descend(scan, grammar)
    if not scan.doubt:
        return settle(scan)
    again = Scan(argv, second=True, posix=posix)
    _descend(again, grammar)
    return _both(settle(scan), settle(again))


def _descend(scan: Scan, grammar: Grammar) -> None:
    """Walk the tool's grammar, then that of each subcommand."""
    at = 0
    while True:
        level = Level(grammar, at, stop=bool(grammar.subs))
        scan.levels.append(level)
        walk = WALKS[grammar.style]
        at = walk(scan, level, at)
        if not level.stop or at >= len(scan.argv):
            return
        chosen = subcommands.choose(scan, level, at)
        if chosen is not None:
            grammar = chosen
            at += 1
            continue
        if not scan.unread:
            level.stop = False
            walk(scan, level, at)
        return


def _both(first: ArgvReading, second: ArgvReading) -> ArgvReading:
    """All that either reading holds."""
    seen = {(value.slot, value.option, value.index) for value in first.values}
    more = [value for value in second.values if (value.slot, value.option, value.index) not in seen]
    return replace(
        first,
        values=tuple(sorted((*first.values, *more), key=_index)),
        acts=_merged(first.acts, second.acts),
        given=_merged(first.given, second.given),
        sub=max(first.sub, second.sub, key=len),
        unknown=_merged(first.unknown, second.unknown),
        unread=_merged(first.unread, second.unread),
        may_be_option=_merged(first.may_be_option, second.may_be_option),
        ends=first.ends and second.ends,
    )


def _index(value: Value) -> int:
    return value.index


def _merged(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    """The items of `first`, then those that only `second` holds."""
    known = set(first)
    return first + tuple(item for item in second if item not in known)
