"""POSIX getopt and GNU getopt_long (getopt(3); POSIX Utility Syntax Guidelines)."""

from dataclasses import replace

from interposer_argv import loop
from interposer_argv.grammar import Grammar, Option
from interposer_argv.reading import GrammarError
from interposer_argv.scan import Hit, Level, Scan
from interposer_shell.word import Word


def walk(scan: Scan, level: Level, at: int) -> int:
    """Read options and operands from index `at`; returns the index of the first operand where `level.stop` holds."""
    return loop.walk(scan, level, at, _option)


def _option(scan: Scan, level: Level, at: int, word: Word) -> int:
    """One word with a sign in front."""
    begin = word.head[:2]
    if begin == "--":
        return _long(scan, level, at, word)
    return _plus(scan, level, at, word) if begin[0] == "+" else _short(scan, level, at, word)


def _long(scan: Scan, level: Level, at: int, word: Word) -> int:
    """`--name`, `--name=value`, unique prefixes of either."""
    grammar = level.grammar
    name, equals, _ = word.head.partition("=")
    if not equals and len(word.parts) > 1:
        scan.doubtful(level, word, named=True)
        return at + 1
    behind = word.drop(len(name) + 1) if equals else None
    option = grammar.options.get(name)
    if option is None:
        found = complete_name(grammar, name, at)
        if found is None:
            return scan.unlisted(level, word, at, whole=bool(equals))
        name, option = found
    return scan.take(level, option, name, at, behind)


def complete_name(grammar: Grammar, name: str, at: int) -> tuple[str, Option] | None:
    """The option that `name` is a unique prefix or a negation of, with its whole name.

    Raises:
        GrammarError: `name` is a prefix of options that differ (getopt_long rejects it).
    """
    if grammar.negate and (negated := negation(grammar, name)):
        return name, negated
    if not grammar.abbreviate or grammar.style == "getopt":
        return None
    found = {key: option for key, option in grammar.options.items() if key.startswith(name) and key[:2] == "--"}
    if grammar.negate and name.startswith("--no-"):
        positive = "--" + name.removeprefix("--no-")
        for key in grammar.options:
            whole = "--no-" + key[2:]
            if key.startswith(positive) and whole not in found and (option := negation(grammar, whole)):
                found[whole] = option
    if not found:
        return None
    first, *others = found.items()
    if any(not _alike(first[1], option) for _, option in others):
        raise GrammarError("ambiguous-option", f"`{name}` could be any of {', '.join(sorted(found))}", at)
    return first


def negation(grammar: Grammar, name: str) -> Option | None:
    """What `name` is where it is the `--no-` twin of a listed option."""
    twin = "--" + name[5:] if name.startswith("--no-") else "--no-" + name[2:]
    return Option((name,)) if name[:2] == "--" and twin in grammar.options else None


def _alike(one: Option, other: Option) -> bool:
    """Whether two options mean the same under different names."""
    return one is other or replace(one, names=(), note="") == replace(other, names=(), note="")


def _short(scan: Scan, level: Level, at: int, word: Word) -> int:
    """`-abc`, `-ovalue`, and names of several letters behind one dash where the grammar lists them."""
    options = level.grammar.options
    head = word.head
    if len(head) > 2:  # noqa: PLR2004 - more than a dash and one letter
        name, equals, _ = head.partition("=")
        option = options.get(name)
        if option is not None and len(name) > 2 and (equals or len(word.parts) == 1):  # noqa: PLR2004 - likewise
            return scan.take(level, option, name, at, word.drop(len(name) + 1) if equals else None)
    return _bundle(scan, level, at, word)


def _bundle(scan: Scan, level: Level, at: int, word: Word) -> int:
    """Letters behind one sign, the last of which may take what follows it as its value."""
    grammar = level.grammar
    options = grammar.options
    head = word.head
    sign = head[0]
    whole = len(word.parts) == 1
    following = at + 1
    for place in range(1, len(head)):
        letter = head[place]
        option = options.get(sign + letter) or (options.get("-" + letter) if sign == "+" else None)
        if option is None:
            if grammar.numeric and letter.isdigit():
                continue
            return max(following, scan.unlisted(level, word, at, whole=place + 1 < len(head) or not whole))
        if not option.slots:
            scan.take(level, option, sign + letter, at, None)
            continue
        if option.detached:
            following = _detached(scan, level, option, sign + letter, at, following)
            continue
        attached = word.drop(place + 1) if place + 1 < len(head) or not whole else None
        if attached is not None and grammar.equals and attached.head.startswith("="):
            attached = attached.drop(1)
        return scan.take(level, option, sign + letter, at, attached, following)
    if not whole:
        scan.doubtful(level, word, named=not grammar.numeric)
    return following


def _detached(scan: Scan, level: Level, option: Option, spelled: str, at: int, following: int) -> int:
    """An option whose values are the words from `following` on; a shell's `-o` without any prints what is set."""
    if following < len(scan.argv):
        return scan.take(level, option, spelled, at, None, following)
    level.hits.append(Hit(option, spelled, at))
    return following


def _plus(scan: Scan, level: Level, at: int, word: Word) -> int:
    """`+name`, `+value` where `+` itself takes one (vim), else letters: `+c` is `-c` where it has no entry (bash)."""
    options = level.grammar.options
    head = word.head
    if len(word.parts) == 1 and (option := options.get(head)) and (head != "+" or not option.slots):
        return scan.take(level, option, head, at, None)
    if (sign := options.get("+")) and sign.slots:
        return scan.take(level, sign, "+", at, word.drop(1))
    return _bundle(scan, level, at, word)
