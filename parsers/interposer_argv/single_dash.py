"""Long names behind one dash, nothing bundled: gcc, java, openssl."""

from interposer_argv.grammar import Option
from interposer_argv.scan import Level, Scan, could_be_option
from interposer_shell.word import Word


def walk(scan: Scan, level: Level, at: int) -> int:
    """Read options and operands from index `at`; returns the index of the first operand where `level.stop` holds."""
    grammar = level.grammar
    argv = scan.argv
    end = len(argv)
    while at < end:
        word = argv[at]
        head = word.head
        if word.parts == ("--",) and "--" not in grammar.options:
            at += 1
            if level.stop:
                return at
            level.dash = len(level.operands)
            level.operands.extend((argv[index], index) for index in range(at, end))
            return end
        if (head[:1] == "-" and word.parts != ("-",)) or (grammar.plus and head[:1] == "+"):
            at = _option(scan, level, at, word, head)
            continue
        if (word.many or not head) and could_be_option(word):
            scan.may_be_option.append(word)
        if level.stop:
            return at
        if not grammar.permute:
            level.operands.extend((argv[index], index) for index in range(at, end))
            return end
        level.operands.append((word, at))
        at += 1
    return end


def _option(scan: Scan, level: Level, at: int, word: Word, head: str) -> int:
    """The exact name, `-name=v`, else the longest listed name that its value may be glued to."""
    options = level.grammar.options
    static = len(word.parts) == 1
    if static and (option := options.get(head)):
        return scan.take(level, option, head, at, None)
    name, equals, _ = head.partition("=")
    if equals and (option := options.get(name)):
        return scan.take(level, option, name, at, word.drop(len(name) + 1))
    for length in range(len(head) if static else len(head) + 1, 1, -1):
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
