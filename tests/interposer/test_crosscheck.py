"""The second opinion of `check --crosscheck`."""

import importlib.util

import pytest

from interposer import crosscheck
from interposer.crosscheck import NOT_CROSSCHECKED, crosschecked
from interposer.decision import Decision
from interposer.errors import UsageError
from interposer.request import Request

pytestmark = pytest.mark.suite("crosscheck")

ALLOW = Decision("allow")


@pytest.fixture
def _bashlex():
    if importlib.util.find_spec("bashlex") is None:
        pytest.skip("bashlex is not installed")


@pytest.mark.usefixtures("_bashlex")
def test_agreement_changes_nothing():
    """Where both readers see the same commands the decision stays."""
    assert crosschecked(Request(script="git status && ls -l | head -3; echo $X"), ALLOW) == ALLOW


@pytest.mark.usefixtures("_bashlex")
def test_another_command_is_a_refusal(monkeypatch):
    """A command that only the second reader sees turns an allow into a refusal that names it."""
    monkeypatch.setattr(crosscheck, "_theirs", lambda _: {("git", "status"), ("rm", "x")})
    decision = crosschecked(Request(script="git status"), ALLOW)

    assert (decision.verdict, decision.rule) == ("deny", "crosscheck")
    assert "`rm x`" in decision.reason


@pytest.mark.usefixtures("_bashlex")
@pytest.mark.parametrize("text", ["echo ${x:-1}", "echo 'a b'", "cat <<'E'\nx\nE\n", "coproc x { ls; }"])
def test_what_bashlex_cannot_be_asked_is_said(text):
    """A text that it misreads or does not parse is not compared, and the answer says so."""
    assert NOT_CROSSCHECKED in crosschecked(Request(script=text), ALLOW).findings


@pytest.mark.usefixtures("_bashlex")
def test_an_argv_is_not_text():
    """Where no shell reads anything there is nothing to compare."""
    assert crosschecked(Request(argv=("ls",)), ALLOW) is ALLOW


def test_without_bashlex_it_is_an_error(monkeypatch):
    """Asked for a second opinion that cannot be had, the verb does not go on without."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(UsageError, match="not installed"):
        crosschecked(Request(script="ls"), ALLOW)
