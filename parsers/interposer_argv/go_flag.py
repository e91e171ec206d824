"""Go's flag package (pkg.go.dev/flag, "Command line flag syntax"): `-x` is `--x`, nothing is bundled."""

from interposer_argv.scan import Level, Scan, could_be_option


def walk(scan: Scan, level: Level, at: int) -> int:
    """Read flags and operands from index `at`; returns the index of the first operand where `level.stop` holds."""
    grammar = level.grammar
    argv = scan.argv
    end = len(argv)
    while at < end:
        word = argv[at]
        head = word.head
        if head[:1] == "-" and word.parts != ("-",):
            if word.parts == ("--",):
                at += 1
                if level.stop:
                    return at
                level.dash = len(level.operands)
                level.operands.extend((argv[index], index) for index in range(at, end))
                return end
            at = _flag(scan, level, at)
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


def _flag(scan: Scan, level: Level, at: int) -> int:
    """`-x`, `--x`, `-x=v`, `-x v`; a boolean flag takes a value only behind `=`."""
    word = scan.argv[at]
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
