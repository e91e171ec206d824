"""The recursion: its bounds, spans and lines."""

import pytest

from interposer.unfold.engine import MAX_DEPTH, MAX_NODES
from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")


@pytest.mark.parametrize(("count", "verdict"), [(MAX_NODES - 1, "allow"), (MAX_NODES + 1, "ask")])
def test_a_request_has_a_bounded_number_of_commands(count, verdict) -> None:
    """Beyond it a person would have to look."""
    decision = judge("ls\n" * count)

    assert (decision.verdict, decision.code) == (verdict, "IP-30" if verdict == "ask" else "")


def test_texts_inside_each_other_are_bounded() -> None:
    """Deeper than the bound is asked, never allowed."""
    decision = judge("nice " * (MAX_DEPTH + 2) + "ls")

    assert (decision.verdict, decision.findings) == ("ask", ("budget",))
    assert judge("nice " * (MAX_DEPTH - 2) + "ls").verdict == "allow"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("ls; rm -rf /", "/"),
        ("echo a && bash -c 'rm -rf /'", "'rm -rf /'"),
        ("go test -exec './x y' ./...", "'./x y'"),
        ("go test -exec=./x", "-exec=./x"),
        ("a=1 b=2 LD_PRELOAD=./x ls", "./x"),
    ],
)
def test_the_span_of_an_effect_is_its_word_in_the_text(line, shown) -> None:
    """Of something nested, the word of the outermost command that holds it."""
    decision = judge(line)
    spans = [one.span for one in decision.effects if one.grade in {"dangerous", "hard"}]

    assert {line[start:end] for start, end in spans} == {shown}


def test_the_span_in_an_argv_is_an_index() -> None:
    """And the one behind it."""
    effect = next(one for one in judge(("go", "test", "-exec", "./x")).effects if one.kind == "run")

    assert effect.span == (3, 4)


@pytest.mark.parametrize("text", ["if", "echo 'a", "a | | b", "case x in", "f(", "rm -rf / &&"])
def test_a_text_that_cannot_be_read_is_one_unknown_effect(text) -> None:
    """Nothing in it counts as harmless."""
    (effect,) = judge(text).effects

    assert (effect.kind, effect.detail, effect.grade) == ("unknown", "unreadable", "dangerous")


def test_each_command_is_drawn_with_its_depth_and_line() -> None:
    """A long line is cut; quotes show where words end."""
    decision = judge("bash -c 'ls \"a b\"'; echo " + "x" * 500)

    assert [(one.depth, one.line) for one in decision.commands[:2]] == [(0, "bash -c 'ls \"a b\"'"), (1, "ls 'a b'")]
    assert len(decision.commands[2].line) == 400


def test_a_function_is_judged_by_its_body() -> None:
    """A call is no program; what the body does is done."""
    assert effects(judge("git() { rm -rf /; }; git status")) == ["delete / @root whole hard"]
