"""The entrance: a script text to its reading."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from interposer_shell.dialect import check_dialect
from interposer_shell.flatten import flatten
from interposer_shell.grammar import Parser
from interposer_shell.reading import Dialect, Reading
from interposer_shell.refusal import refuse
from interposer_shell.screen import screen
from interposer_shell.second import disagreement
from interposer_shell.tree import Sequence

_NOTHING: Mapping[str, str] = MappingProxyType({})


_PLAIN = re.compile(r"[A-Za-z0-9 _./:=@%+,-]*")


def read(text: str, dialect: Dialect = "bash", *, variables: Mapping[str, str] | None = None) -> Reading:
    """Every simple command that the shell could run when it is given `text`, at any depth.

    Every command that bash runs is listed, or the text is refused, or a word of the list is `Unknown`. Not seen are
    commands in data that comes from elsewhere (a variable of the environment under arithmetic, a file under `source`)
    and whatever the programs themselves start.

    Args:
        text: the script, as `bash -c` gets it.
        dialect: the shell that will run it; others than bash accept only what they and bash read alike.
        variables: variables that are known before the text.

    Raises:
        ShellSyntaxError: there is no sound reading; its code is one of `REFUSALS`.
    """
    screen(text)
    try:
        parser = Parser(text)
        tree = parser.parse()
        if not _PLAIN.fullmatch(text):
            _compare(parser, tree)
        reading = flatten(text, parser, tree, _NOTHING if variables is None else variables)
    except RecursionError:
        refuse("too-deep", 0, len(text))
    check_dialect(reading, parser.features, dialect)
    return reading


def _compare(parser: Parser, tree: Sequence) -> None:
    place = disagreement(parser.text, tree, parser.prefixes, {feature for feature, _ in parser.features})
    if place is not None:
        refuse("crosscheck", parser.place(place), hint="write it in a simpler form")
