"""Long names behind one dash, nothing bundled: gcc, java, openssl."""

from interposer_argv import loop
from interposer_argv.grammar import Option
from interposer_argv.scan import Level, Scan
from interposer_shell.word import Word

_LONGEST = 64
"""No option's name is longer; values are."""


def walk(scan: Scan, level: Level, at: int) -> int:
    """Read options and operands from index `at`; returns the index of the first operand where `level.stop` holds."""
    return loop.walk(scan, level, at, _option)


def _option(scan: Scan, level: Level, at: int, word: Word) -> int:
    """The exact name, `-name=v`, else the longest listed name that its value may be glued to."""
    options = level.grammar.options
    head = word.head
    static = len(word.parts) == 1
    if static and (option := options.get(head)):
        return scan.take(level, option, head, at, None)
    name, equals, _ = head.partition("=")
    if equals and (option := options.get(name)):
        return scan.take(level, option, name, at, word.drop(len(name) + 1))
    for length in range(min(len(head), _LONGEST), 1, -1):
        option = options.get(head[:length])
        if option is not None and _glues(option, length):
            return scan.take(level, option, head[:length], at, word.drop(length))
    if not static and not equals:
        scan.doubtful(level, word, named=True)
        return at + 1
    return scan.unlisted(level, word, at, whole=bool(equals))


def _glues(option: Option, length: int) -> bool:
    """Whether a value may follow the name directly: one letter that takes a value (`-Idir`), or `prefix`."""
    return bool(option.slots) and (option.prefix or length == 2)  # noqa: PLR2004 - the dash and one letter
