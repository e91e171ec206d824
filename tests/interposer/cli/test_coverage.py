"""A grammar beside what its tool documents."""

import pytest

from interposer.cli.coverage import compare, gaps
from interposer.cli.documented import Documented, from_help
from interposer_argv.grammar import Grammar, Option, Slot

pytestmark = pytest.mark.suite("rules-verb")

FLAG = Option(("-a", "--all"))
VALUE = Option(("-o", "--out"), (Slot("write"),))
GLUED = Option(("-O",), (Slot("text", optional=True),), prefix=True)


def grammar(style: str = "getopt-long", **more: object) -> Grammar:
    """A grammar of three options."""
    options = {name: option for option in (FLAG, VALUE, GLUED) for name in option.names}
    return Grammar(style=style, options=options, closed=True, **more)


CASES = {
    "nothing-missing": (grammar(), "-a, --all\n-o, --out=FILE\n-Olevel", (), (), ()),
    "missing": (grammar(), "-a\n-z", ("-z",), (), ()),
    "bundle-of-listed-letters": (grammar(), "[-ao]", (), (), ()),
    "bundle-with-an-unlisted-letter": (grammar(), "[-az]", ("-az",), (), ()),
    "value-missing-here": (grammar(), "--all=X", (), (), ("--all",)),
    "value-missing-there": (grammar(), "--out", (), (), ("--out",)),
    "optional-values-are-not-compared": (grammar(), "--out[=X]\n-O X", (), (), ()),
    "negation": (grammar(negate=True), "--no-all", (), (), ()),
    "number": (grammar(numeric=True), "-5", (), (), ()),
    "go": (Grammar("go-flag", {"-a": FLAG}), "--a", (), ("-a",), ()),
    "nested": (grammar(subs={"x": Grammar(options={"-y": FLAG})}), "-y", (), (), ()),
}


@pytest.mark.parametrize(("known", "text", "missing", "only", "differs"), CASES.values(), ids=CASES)
def test_compares_by_the_rules_of_the_style(known, text, missing, only, differs) -> None:
    """What is documented and not listed is missing; what takes a value on one side only differs."""
    gap = compare("t", (), known, from_help(text))

    assert (gap.missing, gap.differs) == (missing, differs)
    assert not only or gap.only == only


def test_what_only_the_grammar_has_is_named() -> None:
    """An option that the installed version does not document is shown, not counted as missing."""
    assert compare("t", (), grammar(), {"-a": Documented("-a")}).only == ("--all", "-o", "--out", "-O")


def test_a_nested_subcommand_that_shows_its_parents_help_says_nothing() -> None:
    """`git submodule add -h` prints what `git submodule -h` prints."""
    tree = Grammar("subcommands", subs={"s": Grammar(subs={"add": Grammar(closed=True)})})
    found = list(gaps("t", tree, lambda _, sub: {} if not sub else {"-x": Documented("-x")}))

    assert [(gap.sub, gap.asked) for gap in found] == [((), True), (("s",), True), (("s", "add"), False)]


def test_a_spelling_that_the_rule_explains_is_not_missing() -> None:
    """It is shown apart, and only where the tool shows it and the grammar does not list it."""
    answer = from_help("-a\n-XY\n-z")
    gap = compare("t", (), grammar(), answer, {"-XY": "letters", "-a": "listed", "-q": "not shown"})

    assert (gap.missing, gap.excused) == (("-z",), ("-XY",))


def test_a_style_without_options_is_not_asked() -> None:
    """`echo` and the like have nothing to compare."""
    assert list(gaps("t", Grammar("none"), lambda _tool, _sub: {"-x": Documented("-x")})) == []
