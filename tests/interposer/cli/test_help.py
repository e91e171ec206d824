"""The help of every verb: complete, and readable in a narrow terminal."""

import argparse

import pytest

from interposer.cli.main import LATER, VERBS, parser

pytestmark = pytest.mark.suite("cli")

PRESENT = [verb for verb in VERBS if verb not in LATER]


def _sub(verb):
    subs = next(one for one in parser(verb)._actions if isinstance(one, argparse._SubParsersAction))
    return subs.choices[verb]


@pytest.mark.parametrize("verb", PRESENT)
def test_every_argument_is_explained(verb):
    """Each option and operand has a help text."""
    assert [action.dest for action in _sub(verb)._actions if not action.help] == []


@pytest.mark.parametrize("verb", PRESENT)
def test_help_fits_80_columns(verb, monkeypatch):
    """No line is wider than a plain terminal, and an example or the exit status stands at the end."""
    monkeypatch.setenv("COLUMNS", "80")
    text = _sub(verb).format_help()

    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert "example" in text or "Exit status" in text
