"""Configuration that a tool reads by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interposer.unfold.ambient import entries
from tests.interposer.judging import PROJECT, Known, judge

pytestmark = pytest.mark.suite("unfold")

GIT = f"{PROJECT}/.git/config"


@pytest.mark.parametrize(
    ("line", "config", "verdict"),
    [
        ("git status", "[core]\n\tfsmonitor = ./x\n", "deny"),
        ("git status", "[core]\n\tfsmonitor = true\n", "allow"),
        ("git status", "[user]\n\tname = x\n", "allow"),
        ("git log", '[alias]\n\tz = "!sh -c id"\n', "allow"),
        ("git z", '[alias]\n\tz = "!sh -c id"\n', "deny"),
        ("git z", "[alias]\n\tz = log --oneline\n", "allow"),
        ("ls", "[core]\n\tfsmonitor = ./x\n", "allow"),
    ],
)
def test_a_repositorys_own_configuration_counts(line, config, verdict) -> None:
    """A plain command in a repository whose configuration names a program is seen; an alias only where it is called."""
    decision = judge(line, world=Known({GIT: config}))

    assert decision.verdict == verdict
    assert verdict == "allow" or "ambient-config" in decision.findings


def test_it_is_looked_for_from_the_folder_up_to_the_project() -> None:
    """And not above: that is a person's own."""
    config = "[core]\n\tfsmonitor = ./x\n"
    above = Known({"/home/u/.git/config": config})

    assert judge("cd a/b && git status", world=Known({GIT: config})).verdict == "deny"
    assert judge("git status", world=above).verdict == "allow"


def test_the_reason_names_file_and_key() -> None:
    """So that a person finds it."""
    reason = judge("git status", world=Known({GIT: "[core]\n\tfsmonitor = ./x\n"})).reason

    assert "config" in reason
    assert "core.fsmonitor" in reason


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("git-config", "[core]\n a = 1 ; c\n#x\n b\n", {"core.a": "1", "core.b": "true"}),
        ("git-config", '[Remote "Or.Igin"]\n\tURL = "a b" # c\n', {"remote.Or.Igin.url": "a b"}),
        ("git-config", "[a] b = c\\\n  d\n", {"a.b": "c  d"}),
        ("git-config", '[a]\nb = "x;y\\"z"\n', {"a.b": 'x;y"z'}),
        ("toml", 'a.b = "x"\n[c]\nd = ["e", 1]\n', {"a.b": "x", "c.d": "e 1"}),
        ("toml", "a = [", {}),
        ("ini", "[s]\na = 'x'\n; c\nb=1\n", {"s.a": "x", "s.b": "1"}),
        ("npmrc", "Script-Shell=./x\n# c\n", {"script-shell": "./x"}),
    ],
)
def test_keys_and_values_as_the_format_reads_them(form, text, expected) -> None:
    """Sections, comments, quotes and continuation lines; a malformed file has none."""
    assert dict(entries(form, text)) == expected


@given(st.sampled_from(["git-config", "toml", "ini", "npmrc"]), st.text(st.sampled_from('[]"\\=#;\n ab.'), max_size=30))
def test_no_text_raises(form, text) -> None:
    """Whatever stands in a file, reading it ends."""
    assert all(isinstance(key, str) and isinstance(value, str) for key, value in entries(form, text))
