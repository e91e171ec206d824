"""Policies from TOML."""

from pathlib import Path

import pytest

from interposer.errors import PolicyError
from interposer.policy.load import MAX_EXTENDS, load_policy
from interposer.policy.model import Condition, Policy

pytestmark = pytest.mark.suite("policy")

SHIPPED = Path(__file__).parents[3] / "rules" / "policies"
RULE = '[[rule]]\nid = "a"\ndecision = "deny"\nwhat.effect = ["run"]\n'


def load(folder: Path, text: str, name: str = "p") -> Policy:
    """The policy `p` with this text."""
    (folder / f"{name}.toml").write_text(text)
    return load_policy("p", (folder,))


def test_a_statement_holds_what_the_file_says(tmp_path) -> None:
    """Groups, negation, truth values, numbers, exceptions inside, reason and advice arrive."""
    (one,) = load(
        tmp_path,
        """policy = "p"
[[rule]]
id = "a"
decision = "ask"
what.effect = ["run", "shell"]
what.job = false
where.context_not = "ci"
who.depth = 2
unless.nested = ["read-only"]
reason = "R"
advice = "A"
note = "source"
""",
    ).statements

    assert (one.rule, one.decision, one.reason, one.advice) == ("a", "ask", "R", "A")
    assert [(c.field, sorted(c.values.exact), c.negated) for c in one.conditions] == [
        ("what.effect", ["run", "shell"], False),
        ("what.job", ["false"], False),
        ("where.context", ["ci"], True),
        ("who.depth", ["2"], False),
    ]
    assert [(c.field, sorted(c.values.exact)) for c in one.unless] == [("what.nested", ["read-only"])]


def test_values_may_be_patterns(tmp_path) -> None:
    """`*` matches any text."""
    (condition,) = (
        load(tmp_path, RULE.replace('what.effect = ["run"]', 'what.tool = ["git-*"]')).statements[0].conditions
    )

    assert isinstance(condition, Condition)
    assert ["git-x" in condition.values, "git" in condition.values] == [True, False]


def test_a_policy_extends_another(tmp_path) -> None:
    """Statements of both count, and the digest covers both files."""
    (tmp_path / "base.toml").write_text(RULE.replace('"a"', '"b"'))
    first = load(tmp_path, f'extends = "base"\n{RULE}')
    (tmp_path / "base.toml").write_text(RULE.replace('"a"', '"c"'))
    second = load_policy("p", (tmp_path,))

    assert [[one.rule for one in policy.statements] for policy in (first, second)] == [["a", "b"], ["a", "c"]]
    assert first.digest != second.digest


def test_mode_and_closed_are_the_policys_own(tmp_path) -> None:
    """What a policy extends does not loosen or tighten it by its mode."""
    (tmp_path / "base.toml").write_text(f'mode = "observe"\nclosed = true\n{RULE}')
    policy = load(tmp_path, 'extends = "base"\n')

    assert (policy.mode, policy.closed) == ("enforce", False)


def test_an_exception_stands_in_the_statement_that_it_names(tmp_path) -> None:
    """All its conditions go there, other statements stay as they are."""
    text = (
        RULE
        + RULE.replace('"a"', '"b"')
        + '[[except]]\nrule = "b"\nwhat.line = "go test -exec ./x"\nwho.agent = "codex"\n'
    )
    first, second = load(tmp_path, text).statements

    assert first.excepted == ()
    assert [(one.field, sorted(one.values.exact)) for (group,) in [second.excepted] for one in group] == [
        ("what.line", ["go test -exec ./x"]),
        ("who.agent", ["codex"]),
    ]


def test_two_exceptions_to_one_statement_both_count(tmp_path) -> None:
    """The second does not replace the first."""
    lines = ["one", "two"]
    text = RULE + "".join(f'[[except]]\nrule = "a"\nwhat.line = "{line}"\n' for line in lines)
    policy = load(tmp_path, text)

    assert {line for line in lines if not _matches(policy, line)} == set(lines)
    assert _matches(policy, "three")


def _matches(policy: Policy, line: str) -> bool:
    from interposer.effects import Effect  # noqa: PLC0415 - one test needs it
    from interposer.policy.match import matches  # noqa: PLC0415 - likewise
    from interposer.request import Session  # noqa: PLC0415 - likewise

    return any(matches(one, Effect("run", "x"), Session(), line) for one in policy.statements)


def test_a_later_folder_goes_first_and_a_path_is_a_path(tmp_path) -> None:
    """The operator's folder stands behind the shipped one and counts before it."""
    for name in ("shipped", "own"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "p.toml").write_text(RULE.replace('"a"', f'"{name}"'))
    folders = (tmp_path / "shipped", tmp_path / "own")

    names = [load_policy(name, folders).statements[0].rule for name in ("p", str(tmp_path / "shipped" / "p.toml"))]
    assert names == ["own", "shipped"]


MISTAKES = {
    "not-toml": ("[[rule\n", "IP-52", "malformed"),
    "duplicate-key": ("mode = 'enforce'\nmode = 'observe'\n", "IP-52", "malformed"),
    "unknown-table": ("[rules]\n", "IP-53", "line 1: unknown key `rules`"),
    "unknown-key-with-its-line": (f"{RULE}\n[strict]\n", "IP-53", "line 6: unknown key `strict`"),
    "unknown-key-of-a-statement": (f"{RULE}verdict = 'deny'\n", "IP-53", "statement `a` has the unknown key `verdict`"),
    "unknown-field": (f"{RULE}what.kind = ['run']\n", "IP-53", "tests the unknown `what.kind`"),
    "unknown-field-in-unless": (f"{RULE}unless.kind = ['run']\n", "IP-53", "tests the unknown `what.kind`"),
    "no-id": ("[[rule]]\ndecision = 'deny'\nwhat.effect = ['run']\n", "IP-54", "needs an id"),
    "no-decision": ("[[rule]]\nid = 'a'\nwhat.effect = ['run']\n", "IP-54", "needs an id and a decision"),
    "unknown-decision": (RULE.replace("deny", "block"), "IP-54", "needs an id and a decision"),
    "no-condition": ("[[rule]]\nid = 'a'\ndecision = 'deny'\n", "IP-54", "has no condition"),
    "no-value": (RULE.replace('["run"]', "[]"), "IP-54", "is empty"),
    "value-of-a-wrong-type": (RULE.replace('["run"]', "[1.5]"), "IP-54", "neither text, number nor truth value"),
    "group-is-no-table": (RULE.replace('what.effect = ["run"]', "what = 3"), "IP-54", "must be a table"),
    "one-id-twice": (RULE + RULE, "IP-54", "two statements are named `a`"),
    "rule-is-one-table": ("[rule]\nid = 'a'\n", "IP-54", "must be an array"),
    "rule-is-a-list-of-texts": ("rule = ['a']\n", "IP-54", ""),
    "unknown-mode": (f"mode = 'watch'\n{RULE}", "IP-54", "mode `watch`"),
    "closed-is-a-text": (f"closed = 'no'\n{RULE}", "IP-54", "closed"),
    "extends-a-number": (f"extends = 3\n{RULE}", "IP-54", "extends"),
    "extends-nothing": (f"extends = 'none'\n{RULE}", "IP-51", "no policy `none`"),
    "extends-itself": (f"extends = 'p'\n{RULE}", "IP-54", "extends itself"),
    "exception-to-nothing": (f"{RULE}[[except]]\nrule = 'b'\nwhat.line = 'x'\n", "IP-53", "unknown rule `b`"),
    "exception-without-a-rule": (f"{RULE}[[except]]\nwhat.line = 'x'\n", "IP-54", "needs the id"),
    "exception-without-a-condition": (f"{RULE}[[except]]\nrule = 'a'\n", "IP-54", "has no condition"),
    "exception-with-an-unknown-key": (f"{RULE}[[except]]\nrule = 'a'\nline = 'x'\n", "IP-53", "unknown key `line`"),
    "exception-is-one-table": (f"{RULE}[except]\nrule = 'a'\nwhat.line = 'x'\n", "IP-54", "except"),
    "reason-is-a-number": (f"{RULE}reason = 3\n", "IP-54", "reason"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_has_a_code_and_one_clear_line(tmp_path, text, code, words) -> None:
    """Nothing but PolicyError gets out, and the message names policy and place."""
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, text)

    assert caught.value.code == code
    assert words in str(caught.value)
    assert str(caught.value).startswith(("policy `", "there is no policy `"))
    assert "\n" not in str(caught.value)


def test_a_circle_of_policies_ends(tmp_path) -> None:
    """Neither two policies that extend each other nor a long chain loops or recurses for ever."""
    (tmp_path / "q.toml").write_text('extends = "p"\n')
    with pytest.raises(PolicyError, match="extends itself"):
        load(tmp_path, 'extends = "q"\n')

    for number in range(MAX_EXTENDS + 3):
        (tmp_path / f"c{number}.toml").write_text(f'extends = "c{number + 1}"\n')
    with pytest.raises(PolicyError) as caught:
        load_policy("c0", (tmp_path,))

    assert caught.value.code == "IP-54"


@pytest.mark.parametrize("name", ["none", "none.toml", "/no/such/p.toml", ""])
def test_a_missing_policy_is_an_error(tmp_path, name) -> None:
    """It is never replaced by another."""
    with pytest.raises(PolicyError) as caught:
        load_policy(name, (tmp_path,))

    assert caught.value.code == "IP-51"


@pytest.mark.parametrize("content", [b"\xff", b"policy = 'p'\n\0"])
def test_bytes_that_are_no_text_are_an_error(tmp_path, content) -> None:
    """The code says whether it could not be read or not be understood."""
    (tmp_path / "p.toml").write_bytes(content)

    with pytest.raises(PolicyError) as caught:
        load_policy("p", (tmp_path,))
    assert caught.value.code in {"IP-51", "IP-52"}


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_policy_loads(path) -> None:
    """Under the name that its file says."""
    policy = load_policy(path.stem, (SHIPPED,))

    assert policy.name == path.stem
    assert policy.mode == ("observe" if path.stem == "observe" else "enforce")
    assert policy.closed is (path.stem == "strict")
    assert policy.statements
