"""Tools with a tree of subcommands: global options, a name, then its own grammar (git, go, npm, docker)."""

from interposer_argv import getopt
from interposer_argv.grammar import Grammar
from interposer_argv.scan import Level, Scan


def walk(scan: Scan, level: Level, at: int) -> int:
    """Read the global options in front of the subcommand."""
    return getopt.walk(scan, level, at)


def choose(scan: Scan, level: Level, at: int) -> Grammar | None:
    """The grammar of the subcommand that stands at index `at`; notes it, or that nobody knows it.

    A word that is not static can be any of the subcommands, so it is always noted as unread.
    """
    grammar = level.grammar
    word = scan.argv[at]
    name = word.text
    chosen = None if name is None else grammar.subs.get(name)
    if chosen is not None and name is not None:
        scan.sub.append(name)
        return chosen
    if name is None or (grammar.style == "subcommands" and grammar.closed):
        scan.unread.extend(scan.argv[at:])
    return None
