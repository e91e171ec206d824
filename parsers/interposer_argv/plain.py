"""Tools without options: every word is an operand (`echo`, `test`)."""

from interposer_argv.scan import Level, Scan


def walk(scan: Scan, level: Level, at: int) -> int:
    """Take every word from index `at` as an operand."""
    if level.stop:
        return at
    level.operands.extend((scan.argv[index], index) for index in range(at, len(scan.argv)))
    return len(scan.argv)
