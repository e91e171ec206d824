"""tar(1): the first word may be an old-style bundle of letters without a dash, then getopt_long."""

from interposer_argv import getopt
from interposer_argv.scan import Level, Scan


def walk(scan: Scan, level: Level, at: int) -> int:
    """Read an old-style first word where there is one, then options and operands."""
    if at < len(scan.argv):
        head = scan.argv[at].head
        if head and not head.startswith("-"):
            at = _letters(scan, level, at)
    return getopt.walk(scan, level, at)


def _letters(scan: Scan, level: Level, at: int) -> int:
    """Letters first, then their values in the letters' order (`tar xvfC a.tar dir`)."""
    word = scan.argv[at]
    following = at + 1
    for letter in word.head:
        option = level.grammar.options.get("-" + letter)
        if option is None:
            scan.unlisted(level, word, at, whole=True)
        elif option.slots and not option.slots[0].optional:
            following = scan.take(level, option, "-" + letter, at, None, following)
        else:
            scan.take(level, option, "-" + letter, at, None)
    if len(word.parts) > 1:
        scan.doubtful(level, word, named=True)
    return following
