"""find(1): start points, then an expression whose operators decide what an action acts on."""

import re
from dataclasses import dataclass
from typing import Final

from interposer_argv.grammar import Option
from interposer_argv.place import HARMLESS
from interposer_argv.reading import GrammarError
from interposer_argv.scan import Hit, Level, Scan, could_be_option
from interposer_shell.word import Unknown, Word

_NOT = frozenset({"!", "-not"})
_AND = frozenset({"-a", "-and"})
_OR = frozenset({"-o", "-or"})
_LEADING: Final = re.compile("-[EHLPXdsx]+|-O.*|-[Df]", re.DOTALL)
"""Options in front of start points: GNU's -H -L -P -O -D; of the BSDs -E -X -d -s -x, bundled or not, and -f PATH."""
_NUMBER: Final = re.compile(r"[+-]?\d+")
_FITS_ALL: Final = re.compile(r"[*?.\[\]^$/+!\\|()]*|[+/-]0+[A-Za-z]?")
"""Values of tests that nearly every file passes: patterns without any letter or the like, `-size +0`, `-perm -000`."""


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
        elif not expression.started and _LEADING.fullmatch(word.text or ""):
            at = _global(scan, level, at)
        else:
            option, behind = _primary(scan, level, at)
            if option is not None:
                _note(expression, option, level.hits[-1])
            expression.started = True
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


def _note(expression: Expression, option: Option, hit: Hit) -> None:
    """Note what a primary narrows or does."""
    if option.does or any(slot.kind not in HARMLESS for slot in option.slots):
        expression.actions.append(expression.frames[-1].outer or expression.frames[-1].narrow)
    if option.filters and not expression.negated and _narrows(hit):
        expression.frames[-1].narrow = True


def _narrows(hit: Hit) -> bool:
    """Whether a test lets only some files pass, whatever becomes of what is not static in its value."""
    return not any(slot.kind == "text" and _may_fit_all(words[0]) for slot, words, _ in hit.taken)


def _may_fit_all(word: Word) -> bool:
    """Whether every file may fit the pattern or number."""
    if not word.unknowns:
        return _FITS_ALL.fullmatch(word.text or "") is not None
    return all(_open(part) if isinstance(part, Unknown) else _FITS_ALL.fullmatch(part) for part in word.parts)


def _open(part: Unknown) -> bool:
    """Whether an unknown piece can be a text that fits every file; what a glob becomes keeps its letters."""
    if part.why == "glob":
        return _FITS_ALL.fullmatch(part.text) is not None
    return not part.values or any(_may_fit_all(value) for value in part.values)


def _begins(word: Word) -> bool:
    """Whether the word ends the start points (findutils 4.9 `looks_like_expression`: a first `,` or `)` is a path)."""
    return (word.head[:1] == "-" and word.parts != ("-",)) or word.text in {"(", "!"}


def _global(scan: Scan, level: Level, at: int) -> int:
    """One word of options in front of the start points; returns the index behind it and its value."""
    word = scan.argv[at]
    options = level.grammar.options
    text = word.text or ""
    if text in options or text[:2] not in options or options[text[:2]].prefix:
        return _primary(scan, level, at)[1]
    for letter in text[1:]:
        option = options.get("-" + letter)
        if option is None:
            return scan.unlisted(level, word, at, whole=True)
        scan.take(level, option, "-" + letter, at, None)
    return at + 1


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
        elif head or not word.parts:
            _reject(scan, level, at)
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


def _reject(scan: Scan, level: Level, at: int) -> None:
    """Raise the error that find itself ends with where it has done nothing yet: it parses everything before it walks.

    Parsing already opens the files of -fprint and the like; a number behind -depth is a test of the BSDs. An unknown
    predicate ends find likewise, but the next version may know it: it stays unknown.

    Raises:
        GrammarError: code `rejected`, and nothing in front of the word at `at` can give it another meaning.
    """
    word = scan.argv[at]
    if not level.grammar.closed or word.text is None or not scan.certain(level, at):
        return
    if level.hits and "-depth" in level.hits[-1].option.names and _NUMBER.fullmatch(word.text):
        return
    raise GrammarError("rejected", f"find rejects `{word.text}`: a path behind the expression", at, rejected=True)
