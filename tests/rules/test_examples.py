"""Every example of every rule has the effects that the rule file lists."""

from functools import cache
from pathlib import Path

import pytest

from interposer.cli.asking import Asker, request_of
from interposer.cli.casing import HOME, PROJECT, described
from interposer.rulebook import Rulebook

pytestmark = pytest.mark.suite("rules")

BOOK = Rulebook.open([Path(__file__).parents[2] / "rules"])


@cache
def _asker() -> Asker:
    return Asker()


@pytest.mark.parametrize("tool", BOOK.tools())
def test_the_examples_of_a_rule_hold(tool) -> None:
    """`does` lists all effects of the command itself, no more and no fewer."""
    rule = BOOK.find(tool)
    bad = []
    for example in rule.examples:
        decision = _asker().decide(request_of({"cwd": PROJECT, "home": HOME, "command": example.line}))
        found, listed = described(decision), set(example.does)
        if found != listed:
            more, less = sorted(found - listed), sorted(listed - found)
            bad.append(f"{example.line}\n    not listed: {more}\n    not found: {less}")

    assert rule.examples or not rule.verified, "a verified rule has examples"
    assert not bad, "\n".join(bad)
