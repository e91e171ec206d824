"""Grammars written as rule files, argvs written as lines, readings written as one line a value."""

import re
import shlex
from collections.abc import Callable

import pytest

from interposer.rulebook import compile_rule
from interposer_argv.grammar import Grammar
from interposer_argv.reader import read
from interposer_argv.reading import ArgvReading
from interposer_shell.word import Unknown, Word

_UNKNOWN = re.compile(r"%%?\w+")


def word(text: str) -> Word:
    """`text` with `%X` for an unknown that stays one word, `%%X` for one that may be several or none."""
    parts: list[str | Unknown] = []
    end = 0
    for found in _UNKNOWN.finditer(text):
        parts += [text[end : found.start()], Unknown("env", found[0], found[0].strip("%"), many=found[0][:2] == "%%")]
        end = found.end()
    parts.append(text[end:])
    kept = tuple(part for part in parts if part != "")
    return Word(kept, many=any(isinstance(part, Unknown) and part.many for part in kept))


def argv(line: str) -> list[Word]:
    """The words of `line`."""
    return [word(text) for text in shlex.split(line)]


def shown(reading: ArgvReading) -> list[str]:
    """Each value as `KIND[:DETAIL] WORDS[ by OPTION]`, each act as `! EFFECT WORDS[ by OPTION]`."""
    lines = []
    for value in reading.values:
        kind = f"{value.slot.kind}:{value.slot.detail}" if value.slot.detail else value.slot.kind
        lines.append(f"{kind} {' '.join(each.source for each in value.words)}{_by(value.option)}")
    lines += [f"! {' '.join([a.does.effect, *(each.source for each in a.words)])}{_by(a.option)}" for a in reading.acts]
    lines += [f"unknown {each.source}" for each in reading.unknown]
    if reading.unread:
        lines.append(f"unread {' '.join(each.source for each in reading.unread)}")
    lines += [f"may be option {each.source}" for each in reading.may_be_option]
    return lines


def _by(option: str) -> str:
    return f" by {option}" if option else ""


@pytest.fixture(scope="session")
def grammar_of(tmp_path_factory) -> Callable[[str], Grammar]:
    """Compiles the text of a rule file for a tool `t`."""
    made: dict[str, Grammar] = {}

    def compiled(text: str) -> Grammar:
        if text not in made:
            path = tmp_path_factory.mktemp("rules") / "t.toml"
            path.write_text('tool = "t"\n' + text)
            made[text] = compile_rule(path).grammar
        return made[text]

    return compiled


@pytest.fixture(scope="session")
def reading_of(grammar_of) -> Callable[[str, str], ArgvReading]:
    """Reads a line by the text of a rule file."""
    return lambda rule, line: read(grammar_of(rule), argv(line))


@pytest.fixture(scope="session")
def lines_of(reading_of) -> Callable[[str, str], list[str]]:
    """Reads a line by the text of a rule file and shows the reading."""
    return lambda rule, line: shown(reading_of(rule, line))
