"""Properties that hold for every grammar that is shipped and any argv."""

import gc
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interposer.rulebook import Rulebook
from interposer_argv.grammar import Grammar
from interposer_argv.place import HARMLESS
from interposer_argv.reader import read
from interposer_argv.reading import ArgvReading, GrammarError
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("argv")

BOOK = Rulebook.open([Path(__file__).parents[2] / "rules"])
TOOLS = [
    tool for tool in ("find", "git", "tar", "sed", "curl", "env", "rsync", "pip", "dd", "go") if tool in BOOK.tools()
]
ANY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


def grammar_of(tool: str) -> Grammar:
    """The grammar of a shipped rule."""
    rule = BOOK.find(tool)
    assert rule is not None
    return rule.grammar


def spellings(grammar: Grammar) -> list[str]:
    """Option names, subcommands and marks: what makes an argv likely to be read deeply."""
    names = [*grammar.options, *grammar.subs, "--", "-", ";", "{}", "+", "(", ")", "!", "a", "x=y", "@f"]
    return names + [name for sub in grammar.subs.values() for name in (*sub.options, *sub.subs)]


@st.composite
def calls(draw) -> tuple[Grammar, list[str]]:
    """A grammar with an argv made of its own words, glued words and arbitrary text."""
    grammar = grammar_of(draw(st.sampled_from(TOOLS)))
    known = st.sampled_from(spellings(grammar))
    glued = st.builds(lambda name, sign, text: name + sign + text, known, st.sampled_from(["", "=", ","]), ANY)
    return grammar, draw(st.lists(st.one_of(known, known, glued, ANY), max_size=8))


def dangers(reading: ArgvReading) -> set[str]:
    """The slot kinds and effects that are not harmless."""
    kinds = {f"{value.slot.kind}:{value.slot.detail}" for value in reading.values if value.slot.kind not in HARMLESS}
    return kinds | {f"! {act.does.effect}" for act in reading.acts}


def attempt(grammar: Grammar, words: list[Word]) -> ArgvReading | None:
    """The reading, None where the tool would reject the argv."""
    try:
        return read(grammar, words)
    except GrammarError:
        return None


@settings(max_examples=250, deadline=None)
@given(calls())
def test_nothing_but_its_own_error_gets_out(call) -> None:
    """Any argv is read or refused, and every value points at a word of the argv."""
    grammar, texts = call
    reading = attempt(grammar, [literal(text) for text in texts])

    if reading is not None:
        assert all(0 <= value.index < len(texts) and value.words for value in reading.values)


@settings(max_examples=250, deadline=None)
@given(calls(), st.data())
def test_an_unknown_value_loses_no_danger(call, data) -> None:
    """A word that stands as a value or operand keeps its dangerous kind when it becomes unknown, or is flagged.

    Tested: the word at `index` becomes one unknown word. If it began with a dash or named a subcommand it may hide
    both, and then `may_be_option` or `unread` must hold it; otherwise every danger stays.
    """
    grammar, texts = call
    if not texts:
        return
    index = data.draw(st.integers(0, len(texts) - 1))
    known = [literal(text) for text in texts]
    unknown = Word((Unknown("computed", "$(x)"),))
    before, after = attempt(grammar, known), attempt(grammar, [*known[:index], unknown, *known[index + 1 :]])
    if before is None or after is None:
        return

    flagged = any(word is unknown for word in (*after.may_be_option, *after.unread))
    assert flagged or dangers(before) <= dangers(after)


@settings(max_examples=250, deadline=None)
@given(calls(), st.data())
def test_an_unknown_tail_of_an_option_value_loses_no_danger(call, data) -> None:
    """`--option=VALUE` with an unknown VALUE is that option with its slot."""
    grammar, texts = call
    tailed = [index for index, text in enumerate(texts) if text.startswith("--") and "=" in text]
    if not tailed:
        return
    index = data.draw(st.sampled_from(tailed))
    known = [literal(text) for text in texts]
    name = texts[index].partition("=")[0]
    unknown = Word((name + "=", Unknown("env", "$X", "X")))
    before, after = attempt(grammar, known), attempt(grammar, [*known[:index], unknown, *known[index + 1 :]])
    if before is None or after is None:
        return

    flagged = any(word is unknown for word in (*after.may_be_option, *after.unread))
    assert flagged or dangers(before) <= dangers(after)


def test_bytes_that_are_not_utf8_stay_as_they_are() -> None:
    """Surrogate escapes pass through."""
    reading = read(grammar_of("find"), [literal("\udcff")])

    assert reading.values[0].word.text == "\udcff"


MANY = 20_000
U = Word((Unknown("env", "$X", "X", many=True),), many=True)
BOMBS = {
    "operands": ("find", [literal("a")] * MANY),
    "parentheses": ("find", [literal("("), literal("-delete")] * MANY),
    "deletes-of-many": ("find", [literal("a")] * MANY + [literal("-delete")] * MANY),
    "commands-without-end": ("find", [literal("-exec")] * MANY),
    "unquoted-unknowns": ("git", [literal("add"), *[U] * MANY]),
    "unlisted-options": ("git", [literal("add"), *[literal("--zap")] * MANY]),
    "one-long-word": ("tar", [literal("-" + "v" * MANY * 20)]),
}


@pytest.mark.parametrize(("tool", "words"), BOMBS.values(), ids=BOMBS)
def test_long_argvs_take_time_in_proportion(tool, words) -> None:
    """Four times the words take far less than sixteen times the time."""
    grammar = grammar_of(tool)
    quarter = words[: len(words) // 4] if len(words) > 1 else [literal((words[0].text or "")[: MANY * 5])]
    small, large = duration(grammar, quarter), duration(grammar, words)

    assert large < max(10 * small, 0.5)


def duration(grammar: Grammar, words: list[Word]) -> float:
    """Seconds of this thread's processor time for one reading: the least of three, without collections of garbage.

    What earlier tests left in the process, on its heap and in its threads, is not the reader's.
    """
    taken = []
    gc.disable()
    try:
        for _ in range(3):
            begin = time.thread_time()
            attempt(grammar, words)
            taken.append(time.thread_time() - begin)
    finally:
        gc.enable()
    return min(taken)
