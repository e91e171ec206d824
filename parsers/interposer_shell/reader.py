"""The entrance: a script text to its reading."""

from collections.abc import Mapping
from types import MappingProxyType

from interposer_shell.flatten import flatten
from interposer_shell.grammar import Parser
from interposer_shell.reading import Dialect, Reading
from interposer_shell.refusal import refuse
from interposer_shell.screen import screen

_NOTHING: Mapping[str, str] = MappingProxyType({})


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
        reading = flatten(text, parser, tree, _NOTHING if variables is None else variables)
    except RecursionError:
        refuse("too-deep", 0, len(text))
    del dialect
    return reading
