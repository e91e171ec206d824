"""The refusal block."""

import pytest

from interposer.decision import Decision
from interposer.refusal import render
from interposer.request import Session, Where, Who

pytestmark = pytest.mark.suite("broker")
SESSION = Session(sid="01JD8Q", who=Who("codex", "observed"), where=Where("chat"))


def test_block():
    """What, why, who and where, and the way out: four lines."""
    decision = Decision(
        "deny", "injected-shell", reason="-exec makes go test run bash", safer="go test ./...", line="go test -exec sh"
    )

    assert render(decision, SESSION, "01JD8R").splitlines() == [
        "interposer: denied (injected-shell) `go test -exec sh`",
        "  -exec makes go test run bash",
        "  who codex, observed · where chat · session 01JD8Q · decision 01JD8R",
        "  instead: go test ./...",
    ]


def test_ask_says_that_nobody_can_be_asked():
    """An `ask` is a refusal here, and says so."""
    assert "nobody can be asked" in render(Decision("ask", "x", line="git push"), SESSION, "1")


def test_terminal_is_not_steered():
    """Escape sequences and newlines of the refused line do not reach the reader's terminal."""
    text = render(Decision("deny", "x", line="a\x1b[2Jb\nc\x07\u202e", reason="r\x1b]0;t\x07"), SESSION, "1")

    assert not set(text) & set("\x1b\x07\u202e")
    assert text.count("\n") == 3


def test_long_line_is_cut():
    """A page of script is cut, not printed."""
    assert len(render(Decision("deny", "x", line="a" * 100_000), SESSION, "1")) < 700
