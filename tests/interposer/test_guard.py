"""What a decision rests on is opened once."""

from pathlib import Path

import pytest

from interposer.capture import Files
from interposer.errors import PolicyError, RuleError
from interposer.guard import open_guard, policy_folders, policy_for
from interposer.paths import rules_dir
from interposer.world import Nowhere

pytestmark = pytest.mark.suite("guard")


@pytest.mark.parametrize(
    ("name", "context", "expected"),
    [
        ("", "chat", "default"),
        ("", "unknown", "default"),
        ("", "ci", "ci"),
        ("strict", "ci", "strict"),
        ("default", "ci", "default"),
    ],
)
def test_the_policy_that_counts(name, context, expected) -> None:
    """The named one, else the context's."""
    assert policy_for(name, context) == expected


def test_the_shipped_policies_are_opened_by_default(tmp_path) -> None:
    """`default` and `ci` are there, and nothing is known of the world unless one is given."""
    guard = open_guard(config=tmp_path)

    assert sorted(guard.policies) == ["ci", "default"]
    assert isinstance(guard.world, Nowhere)
    assert guard.policy("ci").name == "ci"


def test_a_policy_that_was_not_opened_is_not_there(tmp_path) -> None:
    """Nothing is loaded behind the session's back."""
    guard = open_guard("strict", world=Files(), config=tmp_path)

    with pytest.raises(KeyError):
        guard.policy("default")
    assert isinstance(guard.world, Files)


def test_an_unknown_policy_is_an_error(tmp_path) -> None:
    """A misspelled policy is never replaced by another."""
    with pytest.raises(PolicyError) as caught:
        open_guard("defualt", config=tmp_path)

    assert caught.value.code == "IP-51"


def _config(folder: Path, where: str, text: str) -> Path:
    path = folder / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return folder


def test_the_operators_policy_goes_before_the_shipped_one(tmp_path) -> None:
    """A policy of the same name in the operator's folder counts."""
    rule = '[[rule]]\nid = "mine"\ndecision = "deny"\nwhat.effect = ["read"]\n'
    config = _config(tmp_path, "policies/strict.toml", f'policy = "strict"\n{rule}')

    guard = open_guard("strict", config=config)
    assert [one.rule for one in guard.policy("strict").statements] == ["mine"]
    assert policy_folders(config) == (rules_dir() / "policies", tmp_path / "policies")


def test_the_operators_rules_are_read_with_the_shipped_ones(tmp_path) -> None:
    """A tool of the operator's own is known, the shipped ones stay."""
    config = _config(tmp_path, "rules/mytool.toml", 'tool = "mytool"\nsummary = "mine"\n[grammar]\n')
    guard = open_guard(config=config)

    assert [guard.rulebook.find(name) is not None for name in ("mytool", "find", "nothing")] == [True, True, False]


def test_a_malformed_rule_of_the_operator_is_an_error(tmp_path) -> None:
    """A rule that cannot be read is not passed over."""
    config = _config(tmp_path, "rules/find.toml", 'tool = "find"\n[grammar]\nstyle = "unheard-of"\n')

    with pytest.raises(RuleError):
        open_guard(config=config).rulebook.find("find")
