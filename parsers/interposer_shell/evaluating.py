"""Builtins that evaluate text, set variables or rebind names (bash manual 4): what their arguments mean.

Nothing is parsed here: each function says which words are code and which name variables.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from interposer_shell.word import Unknown, Word

NAMING: Final = frozenset({"read", "mapfile", "readarray", "printf", "getopts", "wait", "unset", "test", "["})
"""Builtins that take the name of a variable, whose subscript is evaluated."""

_DECLARING = frozenset({"declare", "typeset", "local", "export", "readonly"})
_MOVING = frozenset({"cd", "pushd", "popd"})
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CODE = re.compile(r"\$[({\[]|`")
_STDIN = frozenset({"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
_READ_VALUED = "adinNptu"
_MAPFILE_VALUED = "dnOsucC"


class Effect(NamedTuple):
    """What a builtin does besides running.

    Attributes:
        code: texts that are evaluated as commands, by which builtin, and how many words the builtin adds to the last.
        expanded: texts that are expanded (a subscript, arithmetic): substitutions in them run.
        sets: names of variables that are set; `*` for any.
        removes: names of functions that are removed.
        fixes: variables whose assignments mean something else from here on (readonly, integer); `*` for all.
        refusal: a code of `REFUSALS`, "" for none.
    """

    code: tuple[tuple[str, Word, bool], ...] = ()
    expanded: tuple[tuple[str, Word], ...] = ()
    sets: tuple[str, ...] = ()
    removes: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()
    refusal: str = ""


NOTHING: Final = Effect()


def joined(words: Sequence[Word]) -> Word:
    """The words with a blank between them, as `eval` and `trap` see them."""
    parts: list[str | Unknown] = []
    for number, word in enumerate(words):
        for part in ((" ",) if number else ()) + word.parts:
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
    span = (words[0].span[0], words[-1].span[1]) if words else (0, 0)
    return Word(tuple(parts), span, any(word.many for word in words))


def holds_code(text: str) -> bool:
    """Whether a substitution in the text would run if it were expanded."""
    return _CODE.search(text) is not None


def builtin_words(words: Sequence[Word]) -> list[Word] | None:
    """The words from the builtin's own name on, seen through `builtin` and `command`; None where none is run."""
    rest = list(words)
    while rest:
        name = rest[0].text
        if name not in {"builtin", "command"}:
            return rest
        rest = rest[1:]
        while rest and (option := rest[0].text) is not None and option.startswith("-"):
            rest = rest[1:]
            if option == "--":
                break
            if name == "command" and set(option) & {"v", "V"}:
                return None
    return None


def effect(words: Sequence[Word]) -> Effect:
    """What the builtin `words[0]` does with its arguments; nothing for any other name."""
    name = words[0].text
    if name is None:
        return Effect(sets=("*",))
    find = _EFFECTS.get(name)
    return find(name, words[1:]) if find else NOTHING


def _eval(name: str, arguments: Sequence[Word]) -> Effect:
    if arguments and arguments[0].text == "--":
        arguments = arguments[1:]
    text = joined(arguments)
    return Effect(code=((name, text, False),)) if arguments else NOTHING


def _trap(name: str, arguments: Sequence[Word]) -> Effect:
    if arguments and arguments[0].text == "--":
        arguments = arguments[1:]
    elif arguments and (arguments[0].head.startswith("-") and arguments[0].text != "-"):
        return NOTHING
    if len(arguments) == 1 and not arguments[0].many:
        return NOTHING
    if not arguments or arguments[0].text in {"", "-"}:
        return NOTHING
    return Effect(code=((name, arguments[0], False),))


def _source(_name: str, arguments: Sequence[Word]) -> Effect:
    if arguments and arguments[0].text == "--":
        arguments = arguments[1:]
    if arguments and arguments[0].text in _STDIN:
        return Effect(sets=("*", "<stdin>"))
    return Effect(sets=("*",))


def _names(arguments: Sequence[Word], by: str) -> Effect:
    """The arguments name variables; a subscript in one is evaluated."""
    sets: list[str] = []
    expanded: list[tuple[str, Word]] = []
    for word in arguments:
        if match := _IDENTIFIER.match(word.head):
            whole = match.end() < len(word.head) or word.text is not None
            sets.append(match[0] if whole else "*")
            if word.head[match.end() :].startswith("[") and ("=" in word.source or "+" in word.source):
                sets.append("*")  # a subscript may assign
        else:
            sets.append("*")
        if any(isinstance(part, str) and holds_code(part) for part in word.parts):
            expanded.append((by, word))
    return Effect(expanded=tuple(expanded), sets=tuple(sets))


def _operands(arguments: Sequence[Word], valued: str) -> tuple[dict[str, Word], list[Word]]:
    """Options with values (the last of each) and operands, as `internal_getopt` reads them."""
    options: dict[str, Word] = {}
    rest = list(arguments)
    while rest and rest[0].head.startswith("-") and rest[0].text != "-":
        word = rest.pop(0)
        if word.text == "--":
            break
        letters = word.head[1:]
        for place, letter in enumerate(letters):
            if letter not in valued:
                options[letter] = word
                continue
            attached = word.drop(place + 2)
            if attached.parts:
                options[letter] = attached
            elif rest:
                options[letter] = rest.pop(0)
            break
    return options, rest


def _read(name: str, arguments: Sequence[Word]) -> Effect:
    options, names = _operands(arguments, _READ_VALUED)
    targets = [*names, *([options["a"]] if "a" in options else [])]
    found = _names(targets, name)
    return found if targets else Effect(sets=("REPLY",))


def _mapfile(name: str, arguments: Sequence[Word]) -> Effect:
    options, names = _operands(arguments, _MAPFILE_VALUED)
    found = _names(names, name) if names else Effect(sets=("MAPFILE",))
    return found._replace(code=((name, options["C"], True),)) if "C" in options else found


def _compgen(name: str, arguments: Sequence[Word]) -> Effect:
    options, _ = _operands(arguments, "oAGWFCXPS")
    code = [(name, options["C"], True)] if "C" in options else []
    if "F" in options:
        code.append((name, options["F"], True))
    expanded = ((name, options["W"]),) if "W" in options else ()
    return Effect(code=tuple(code), expanded=expanded, sets=("COMPREPLY",))


def _printf(name: str, arguments: Sequence[Word]) -> Effect:
    options, _ = _operands(arguments, "v")
    return _names([options["v"]], name) if "v" in options else NOTHING


def _getopts(name: str, arguments: Sequence[Word]) -> Effect:
    found = _names(arguments[1:2], name)
    return found._replace(sets=(*found.sets, "OPTARG", "OPTIND"))


def _wait(name: str, arguments: Sequence[Word]) -> Effect:
    options, _ = _operands(arguments, "p")
    return _names([options["p"]], name) if "p" in options else NOTHING


def _unset(name: str, arguments: Sequence[Word]) -> Effect:
    options, names = _operands(arguments, "")
    if "f" in options:
        return Effect(removes=tuple(word.text or "*" for word in names))
    found = _names(names, name)
    return found if "v" in options else found._replace(removes=tuple(word.text or "*" for word in names))


def _test(name: str, arguments: Sequence[Word]) -> Effect:
    """`test -v NAME` and `test -R NAME` evaluate a subscript; so do the arithmetic operators in `[[ ]]` only."""
    named = [word for before, word in pairwise(arguments) if before.text in {"-v", "-R"} or before.text is None]
    coded = [word for word in named if any(isinstance(part, str) and holds_code(part) for part in word.parts)]
    unknown = any(word.text is None for word in named)
    return Effect(expanded=tuple((name, word) for word in coded), sets=("<evaluates>",) if unknown else ())


def _let(name: str, arguments: Sequence[Word]) -> Effect:
    expanded = tuple((name, word) for word in arguments)
    sets = tuple(found for word in arguments for found in _IDENTIFIER.findall(word.source))
    dynamic = ("*",) if any(word.text is None for word in arguments) else ()
    return Effect(expanded=expanded, sets=sets + dynamic)


def _declare(name: str, arguments: Sequence[Word]) -> Effect:
    options = "".join(word.head[1:] for word in arguments if word.head[:1] in {"-", "+"})
    names = [word for word in arguments if word.head[:1] not in {"-", "+"}]
    if "f" in options and name in {"declare", "typeset", "export", "readonly"}:
        return NOTHING
    found = _names(names, name)
    if set(options) & set("inulcr") or name == "readonly":
        fixed = ("*",) if set(options) & set("in") else found.sets
        found = found._replace(fixes=fixed)
    if "i" in options or "n" in options:
        return found._replace(sets=(*found.sets, "*"))
    # Only a subscript in front of `=` is evaluated, unless the value is arithmetic.
    expanded = tuple(
        (by, word) for by, word in found.expanded if "[" in word.head.partition("=")[0] or "a" in options.lower()
    )
    return found._replace(expanded=expanded)


def _set(_name: str, arguments: Sequence[Word]) -> Effect:
    """Options that change how the rest is read: posix, keyword, braceexpand, history expansion; `@` is set."""
    texts = [word.text for word in arguments]
    for number, text in enumerate(texts):
        if text in {"--", "-"} or (text is not None and text[:1] not in {"-", "+"}):
            return Effect(sets=("@",))
        if text is None:
            options = not number and arguments[0].head[:1] in {"-", "+"}
            return Effect(sets=("@",), refusal="option" if options else "")
        if text[0] in "-+" and "o" in text:
            following = texts[number + 1] if number + 1 < len(texts) else "pipefail"
            if following is None or following in {"posix", "keyword", "braceexpand", "history", "histexpand"}:
                return Effect(refusal="option")
            return _set(_name, arguments[number + 2 :])
        if set(text[1:]) & set("kBH"):
            return Effect(refusal="option")
    return NOTHING


def _shift(_name: str, _arguments: Sequence[Word]) -> Effect:
    return Effect(sets=("@",))


def _shopt(_name: str, arguments: Sequence[Word]) -> Effect:
    texts = [word.text for word in arguments]
    if None in texts:
        return Effect(refusal="option")
    names = {text for text in texts if text and text[0] != "-"}
    if names & {"posix", "keyword", "braceexpand", "histexpand", "history"}:
        return Effect(refusal="option")
    return Effect(sets=("<expand_aliases>",)) if "expand_aliases" in names else NOTHING


def _alias(_name: str, arguments: Sequence[Word]) -> Effect:
    defines = any(word.text is None or "=" in word.text for word in arguments)
    return Effect(sets=("<alias>",)) if defines else NOTHING


def _hash(_name: str, arguments: Sequence[Word]) -> Effect:
    rebinds = any(
        word.text is None or (word.text[:1] == "-" != word.text[1:2] and "p" in word.text) for word in arguments
    )
    return Effect(refusal="rebinding") if rebinds else NOTHING


def _enable(_name: str, arguments: Sequence[Word]) -> Effect:
    loads = any(word.text is None or (word.text[:1] == "-" and "f" in word.text) for word in arguments)
    return Effect(refusal="rebinding") if loads else NOTHING


def _move(_name: str, _arguments: Sequence[Word]) -> Effect:
    return Effect(sets=("PWD", "OLDPWD"))


_Reader = Callable[[str, Sequence[Word]], Effect]
_EFFECTS: dict[str, _Reader] = {
    "eval": _eval,
    "trap": _trap,
    "source": _source,
    ".": _source,
    "read": _read,
    "mapfile": _mapfile,
    "readarray": _mapfile,
    "compgen": _compgen,
    "complete": _compgen,
    "printf": _printf,
    "getopts": _getopts,
    "wait": _wait,
    "unset": _unset,
    "test": _test,
    "[": _test,
    "let": _let,
    "set": _set,
    "shift": _shift,
    "shopt": _shopt,
    "alias": _alias,
    "hash": _hash,
    "enable": _enable,
    **dict.fromkeys(_DECLARING, _declare),
    **dict.fromkeys(_MOVING, _move),
}
