"""Statements that say nothing, never match, or contradict each other."""

from pathlib import Path

import pytest

from interposer.policy.lint import lint
from interposer.policy.load import load_policy

pytestmark = pytest.mark.suite("policy")

SHIPPED = Path(__file__).parents[3] / "rules" / "policies"


def remarks(folder: Path, *statements: str) -> list[tuple[str, str, str]]:
    """Kind, rule and other rule of each remark on the statements `DECISION; KEY = VALUE; ...`."""
    text = ""
    for number, statement in enumerate(statements):
        decision, *lines = statement.split("; ")
        text += "\n".join(["[[rule]]", f'id = "r{number}"', f'decision = "{decision}"', *lines, ""])
    (folder / "p.toml").write_text(text)
    return [(one.kind, one.rule, one.other) for one in lint(load_policy("p", (folder,)))]


RUN, RUN_OR_SHELL = "what.effect = ['run']", "what.effect = ['run', 'shell']"
NEVER = [("unreachable", "r0", "")]
BOTH = [("unknown-value", "r0", ""), *NEVER]
CASES = {
    "one-statement": (["deny; " + RUN], []),
    "two-of-different-effects": (["deny; " + RUN, "allow; what.effect = ['read']"], []),
    "two-that-overlap": (["deny; what.effect = ['run', 'read']", "deny; " + RUN_OR_SHELL], []),
    "shadowed-by-a-wider-one": (["deny; " + RUN_OR_SHELL, "deny; " + RUN], [("shadowed", "r1", "r0")]),
    "shadowed-in-either-order": (["deny; " + RUN, "deny; " + RUN_OR_SHELL], [("shadowed", "r0", "r1")]),
    "shadowed-with-more-conditions": (["ask; " + RUN, "ask; " + RUN + "; who.agent = 'x'"], [("shadowed", "r1", "r0")]),
    "the-same-twice": (["deny; " + RUN, "deny; " + RUN], [("shadowed", "r1", "r0")]),
    "never-takes-effect": (["deny; " + RUN_OR_SHELL, "allow; " + RUN], [("conflict", "r1", "r0")]),
    "ask-under-deny": (["ask; " + RUN, "deny; " + RUN], [("conflict", "r0", "r1")]),
    "a-stricter-part-is-fine": (["allow; " + RUN_OR_SHELL, "deny; " + RUN], []),
    "a-negation-covers-less": (
        ["deny; where.context_not = ['ci', 'cron']", "deny; where.context_not = ['ci']"], [("shadowed", "r0", "r1")],
    ),
    "an-exception-covers-less": (["deny; " + RUN_OR_SHELL + "; unless.nested = ['ordinary']", "deny; " + RUN], []),
    "patterns-are-not-compared": (["deny; what.tool = ['git*']", "deny; what.tool = ['git-x']"], []),
    "a-value-that-cannot-be": (["deny; what.effect = ['execute', 'run']"], [("unknown-value", "r0", "")]),
    "a-place-that-cannot-be": (["deny; what.place = ['moon']; " + RUN], BOTH),
    "an-unknown-value-in-unless": (["deny; " + RUN + "; unless.via = ['air']"], [("unknown-value", "r0", "")]),
    "a-truth-value-that-cannot-be": (["deny; what.job = 'maybe'"], BOTH),
    "every-value-excluded": (["deny; what.job_not = [true, false]"], [("unreachable", "r0", "")]),
    "a-contradiction": (["deny; where.context = ['ci']; where.context_not = ['ci', 'cron']"], NEVER),
    "allows-only-hard-effects": (["allow; what.grade = ['hard']"], [("unreachable", "r0", "")]),
    "allows-hard-effects-too": (["allow; what.grade = ['hard', 'dangerous']"], []),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), CASES.values(), ids=CASES)
def test_what_is_found(tmp_path, statements, expected) -> None:
    """Each kind of mistake is found, and nothing else is said."""
    assert remarks(tmp_path, *statements) == expected


def test_a_remark_says_which_statement_and_why(tmp_path) -> None:
    """One line that names both statements."""
    (tmp_path / "p.toml").write_text(
        "[[rule]]\nid = 'wide'\ndecision = 'deny'\nwhat.effect = ['run', 'shell']\n"
        "[[rule]]\nid = 'narrow'\ndecision = 'allow'\nwhat.effect = ['run']\n"
    )
    (remark,) = lint(load_policy("p", (tmp_path,)))

    assert remark.message == "`narrow` never takes effect: `wide` (deny) covers it and is stricter"


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_nothing_is_found_in_a_shipped_policy(path) -> None:
    """Every shipped statement can match and take effect."""
    assert [one.message for one in lint(load_policy(path.stem, (SHIPPED,)))] == []
