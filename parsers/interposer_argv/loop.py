"""The walk that all styles with dashed options share: options, operands, `--`, what may be either."""

from collections.abc import Callable

from interposer_argv.grammar import Option
from interposer_argv.scan import Level, Scan, could_be_option
from interposer_shell.word import Word

ReadOption = Callable[[Scan, Level, int, Word], int]
"""Reads the option at an index; returns the index behind it and its values."""


_GNU = frozenset({"getopt-long", "tar"})
"""Styles that do not permute under POSIXLY_CORRECT (getopt(3)); tools with a parser of their own do not ask for it."""


def walk(scan: Scan, level: Level, at: int, read_option: ReadOption) -> int:
    """Read from index `at`; returns the index of the first operand where `level.stop` holds, else the end."""
    argv = scan.argv
    grammar = level.grammar
    options, plus = grammar.options, grammar.plus
    while at < len(argv):
        word = argv[at]
        parts = word.parts
        head = parts[0] if parts and isinstance(parts[0], str) else ""
        sign = head[:1]
        if parts == ("-",) and (lone := options.get("-")) and _read_alone(lone, level):
            at = scan.take(level, lone, "-", at, None)
        elif sign == "@" and grammar.response and not level.ended:
            at += 1
        elif level.ended or (sign != "-" and not (plus and sign == "+")) or parts == ("-",):
            if not level.ended and (word.many or not head) and could_be_option(word):
                scan.may_be_option.append(word)
            if level.stop:
                return at
            at = _operand(scan, level, at)
        elif parts != ("--",) or "--" in options:
            at = read_option(scan, level, at, word)
        else:
            level.ended = True
            at += 1
            if not level.stop:
                level.dash = len(level.operands)
    return at


def _read_alone(lone: Option, level: Level) -> bool:
    """Whether a word `-` is the option of that name here: options are still read, or `env -- - CMD`."""
    return not level.ended or (lone.dashed and not level.operands and lone not in (hit.option for hit in level.hits))


def _operand(scan: Scan, level: Level, at: int) -> int:
    """Take one operand, or all that is left where the first one ends the options; returns the index behind."""
    argv = scan.argv
    word = argv[at]
    permute = level.grammar.permute and not (scan.posix and level.grammar.style in _GNU)
    if permute and not level.ended:
        level.operands.append((word, at))
        return at + 1
    if not level.ended and word.many and at + 1 < len(argv) and argv[at + 1].head[:1] == "-":
        scan.doubt = True
        if scan.second:
            return at + 1
    level.operands.extend((argv[index], index) for index in range(at, len(argv)))
    return len(argv)
