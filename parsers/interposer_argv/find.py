"""find(1): start points, then an expression whose operators decide what an action acts on."""

from dataclasses import dataclass

from interposer_argv.grammar import Option
from interposer_argv.place import HARMLESS
from interposer_argv.scan import Level, Scan, could_be_option
from interposer_shell.word import Word

_NOT = frozenset({"!", "-not"})
_AND = frozenset({"-a", "-and"})
_OR = frozenset({"-o", "-or"})


@dataclass(slots=True)
class Frame:
    """One parenthesis at work.

    Attributes:
        narrow: a test stands in the alternative that is being read.
        others: every alternative before it held a test.
        negated: the group as a whole is negated.
        outer: a test stands in front of the group, or of one around it.
    """

    narrow: bool = False
    others: bool = True
    negated: bool = False
    outer: bool = False


@dataclass(slots=True)
class Expression:
    """What has been read of an expression.

    Attributes:
        actions: for each action, whether a test narrows it.
        negated: `!` stands directly in front.
        started: start points can no longer follow.
    """

    frames: list[Frame]
    actions: list[bool]
    negated: bool = False
    started: bool = False


def walk(scan: Scan, level: Level, at: int) -> int:
    """Read global options, start points and the expression.

    A negated test narrows nothing: `! -name keep -delete` takes nearly all.
    """
    argv = scan.argv
    expression = Expression([Frame()], [])
    while at < len(argv):
        word = argv[at]
        if not expression.started and not _begins(word):
            if not word.head and could_be_option(word):
                scan.may_be_option.append(word)
            level.operands.append((word, at))
            at += 1
        elif not expression.started and word.text == "--":
            at += 1
        elif _operator(expression, word.text):
            expression.started = True
            at += 1
        else:
            option, behind = _primary(scan, level, at)
            if option is not None:
                _note(expression, option)
            expression.started = expression.started or option is None or not _leading(word)
            expression.negated = False
            at = behind
    last = expression.frames[-1]
    scan.filtered = all(expression.actions) if expression.actions else last.narrow and last.others
    return at


def _operator(expression: Expression, text: str | None) -> bool:
    """Apply an operator; false where `text` is none."""
    frames = expression.frames
    if text in _NOT:
        expression.negated = not expression.negated
    elif text == "(":
        frames.append(Frame(negated=expression.negated, outer=frames[-1].outer or frames[-1].narrow))
        expression.negated = False
    elif text == ")":
        _close(frames)
    elif text in _OR:
        frames[-1].others &= frames[-1].narrow
        frames[-1].narrow = False
    elif text == ",":
        frames[-1].others, frames[-1].narrow = True, False
    else:
        return text in _AND
    return True


def _note(expression: Expression, option: Option) -> None:
    """Note what a primary narrows or does."""
    if option.does or any(slot.kind not in HARMLESS for slot in option.slots):
        expression.actions.append(expression.frames[-1].outer or expression.frames[-1].narrow)
    if option.filters and not expression.negated:
        expression.frames[-1].narrow = True


def _begins(word: Word) -> bool:
    """Whether the word belongs to options or expression (findutils `looks_like_expression`)."""
    return (word.head[:1] == "-" and word.parts != ("-",)) or word.text in {"(", ")", "!", ","}


def _leading(word: Word) -> bool:
    """Whether start points may still follow: `-H -L -P -D -O` stand in front of them."""
    return word.head[:2] in {"-H", "-L", "-P", "-O"} or word.text == "-D"


def _close(frames: list[Frame]) -> None:
    """End a parenthesis: it narrows what follows where each of its alternatives does."""
    if len(frames) > 1:
        closed = frames.pop()
        frames[-1].narrow |= closed.narrow and closed.others and not closed.negated


def _primary(scan: Scan, level: Level, at: int) -> tuple[Option | None, int]:
    """One test, action or option, and the index behind its values."""
    word = scan.argv[at]
    head = word.head
    if head[:1] != "-" or word.parts == ("-",):
        if not head and could_be_option(word):
            scan.may_be_option.append(word)
        elif head:
            scan.unlisted(level, word, at, whole=True)
        level.operands.append((word, at))
        return None, at + 1
    options = level.grammar.options
    option = options.get(head) if len(word.parts) == 1 else None
    if option is not None and not (option.prefix and option.slots and option.slots[0].optional):
        return option, scan.take(level, option, head, at, None)
    glued = options.get(head[:2])
    if glued is not None and glued.prefix:
        return glued, scan.take(level, glued, head[:2], at, word.drop(2) if word.parts != (head[:2],) else None)
    if len(word.parts) > 1:
        scan.doubtful(level, word, named=True)
    else:
        scan.unlisted(level, word, at, whole=True)
    return None, at + 1
