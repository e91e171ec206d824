"""Every shipped rule file is a rule."""

from pathlib import Path

import pytest

from interposer.rulebook import Rulebook, compile_rule
from interposer.rulebook.compile import compile_variables

pytestmark = pytest.mark.suite("rules")

FOLDER = Path(__file__).parents[2] / "rules"
BOOK = Rulebook.open([FOLDER])


@pytest.mark.parametrize("tool", BOOK.tools())
def test_a_shipped_rule_compiles(tool) -> None:
    """The file says only what the format knows and names its source."""
    rule = compile_rule(FOLDER / f"{tool}.toml")

    assert rule.summary
    assert rule.manual
    assert rule.complete == rule.grammar.closed or rule.grammar.style == "subcommands"


def test_the_whole_book_is_read_at_once() -> None:
    """No two files claim the same name, and the variables of `environment.toml` are known."""
    BOOK.preload()

    assert BOOK.find("find") is not None
    assert BOOK.env_option("LD_PRELOAD") is not None or not (FOLDER / "environment.toml").exists()


@pytest.mark.skipif(not (FOLDER / "environment.toml").exists(), reason="environment.toml is not written yet")
def test_the_variables_compile() -> None:
    """`environment.toml` is one [env] table."""
    assert compile_variables(FOLDER / "environment.toml")
