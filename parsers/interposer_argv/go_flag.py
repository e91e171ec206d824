"""Go's flag package (pkg.go.dev/flag, "Command line flag syntax"): `-x` is `--x`, nothing is bundled."""

from interposer_argv import loop
from interposer_argv.scan import Level, Scan
from interposer_shell.word import Word


def walk(scan: Scan, level: Level, at: int) -> int:
    """Read flags and operands from index `at`; returns the index of the first operand where `level.stop` holds."""
    return loop.walk(scan, level, at, _flag)


def _flag(scan: Scan, level: Level, at: int, word: Word) -> int:
    """`-x`, `--x`, `-x=v`, `-x v`; a boolean flag takes a value only behind `=`."""
    name, equals, _ = word.head.partition("=")
    if not equals and len(word.parts) > 1:
        scan.doubtful(level, word, named=True)
        return at + 1
    bare = name[2:] if name[:2] == "--" else name[1:]
    options = level.grammar.options
    option = options.get("-" + bare) or options.get("--" + bare)
    if option is None:
        return scan.unlisted(level, word, at, whole=bool(equals))
    return scan.take(level, option, "-" + bare, at, word.drop(len(name) + 1) if equals else None)
