"""dd(1): `key=value` words in any order."""

from interposer_argv.scan import Level, Scan


def walk(scan: Scan, level: Level, at: int) -> int:
    """Read every word from index `at` as `key=value`; keys stand in the grammar without dashes."""
    options = level.grammar.options
    while at < len(scan.argv):
        word = scan.argv[at]
        key, equals, _ = word.head.partition("=")
        if not equals and word.text is None:
            scan.doubtful(level, word, named=bool(word.head))
            level.operands.append((word, at))
        elif word.parts != ("--",):
            option = options.get(key)
            if option is None:
                scan.unlisted(level, word, at, whole=True)
            else:
                scan.take(level, option, key, at, word.drop(len(key) + 1) if equals else None)
        at += 1
    return at
