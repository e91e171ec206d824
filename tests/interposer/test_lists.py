"""Names and places that policy trusts."""

from pathlib import Path
from typing import get_args

import pytest

from interposer.effects import Place
from interposer.errors import RuleError
from interposer.lists import Lists, PathPatterns, is_like, load_lists, name_list

pytestmark = pytest.mark.suite("lists")

SHIPPED = Path(__file__).parents[2] / "rules" / "lists.toml"
SMALL = """
[names]
shells = ["bash", "python3.*"]
[indexes]
hosts = ["pypi.org", "*.example"]
[idioms]
mktemp = "temp"
[eval-idioms]
commands = ["ssh-agent -s"]
[places]
key = ["~/.ssh/**"]
[ci-variables]
names = ["GITHUB_ENV"]
[stdin]
python = "code:python"
"perl*" = "code:perl"
"""


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("/etc/*", "/etc/passwd", True),
        ("/etc/*", "/etc/ssh/config", False),
        ("/etc/**", "/etc", True),
        ("/etc/**", "/etc/ssh/config", True),
        ("/etc/**", "/etcetera", False),
        ("**/.env", ".env", True),
        ("**/.env", "/a/b/.env", True),
        ("**/.env", "/a/b.env", False),
        ("/a/?", "/a/b", True),
        ("/a/?", "/a//", False),
        ("/a/**b", "/a/x/yb", True),
        ("/a.b", "/axb", False),
        ("/a+(x)", "/a+(x)", True),
        ("/a/*", "/a/x\ny", True),
    ],
)
def test_a_path_pattern(pattern, path, expected) -> None:
    """`*` and `?` stay within a folder, `**/` is any folder, `/**` the folder and all below; the rest is literal."""
    assert PathPatterns([pattern]).match(path) is expected


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("python3.*", "python3.11", True),
        ("python3.*", "python3x11", False),
        ("a*b", "a/\nb", True),
        ("a*b", "ab", True),
    ],
)
def test_a_name_pattern(pattern, name, expected) -> None:
    """`*` matches any text, a dot only a dot."""
    assert is_like(pattern, name) is expected


def test_a_name_list_holds_its_names_and_patterns() -> None:
    """Exact names and patterns are asked alike; a part of a name is not the name."""
    names = name_list(["bash", "python3.*"])

    assert [name in names for name in ("bash", "python3.11", "bas", "bash2", "xpython3.1", "")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip


def _small(tmp_path: Path, text: str = SMALL) -> Lists:
    path = tmp_path / "lists.toml"
    path.write_text(text)
    return load_lists(path)


def test_a_file_of_lists_is_read(tmp_path) -> None:
    """Every table arrives, and a list that is not there holds nothing."""
    lists = _small(tmp_path)

    assert [lists.has("shells", "bash"), lists.has("shells", "vim"), lists.has("none", "bash")] == [True, False, False]
    assert ["pypi.org" in lists.indexes, "a.example" in lists.indexes, "evil" in lists.indexes] == [True, True, False]
    assert "ssh-agent -s" in lists.evals
    assert (lists.idioms, lists.places) == ({"mktemp": "temp"}, (("key", ("~/.ssh/**",)),))
    assert lists.ci_variables == {"GITHUB_ENV"}


@pytest.mark.parametrize(
    ("name", "slot"), [("python", "code:python"), ("perl5.36", "code:perl"), ("python3", ""), ("", "")]
)
def test_what_an_interpreter_reads_from_stdin(tmp_path, name, slot) -> None:
    """The slot of its script, by name or pattern."""
    assert _small(tmp_path).stdin_language(name) == slot


@pytest.mark.parametrize("table", ["names", "indexes", "idioms", "eval-idioms", "places", "ci-variables", "stdin"])
def test_a_missing_table_is_an_error(tmp_path, table) -> None:
    """A file without one of its tables would trust or sense too little in silence."""
    with pytest.raises(RuleError) as caught:
        _small(tmp_path, SMALL.replace(f"[{table}]", f"[no-{table}]"))

    assert caught.value.code == "IP-41"


@pytest.mark.parametrize(
    "content", [b"[names", b"", b"\xff", b"names = 3\n", SMALL.replace('["pypi.org", "*.example"]', "3").encode()]
)
def test_a_malformed_file_is_an_error(tmp_path, content) -> None:
    """Nothing but RuleError gets out, with one clear line."""
    path = tmp_path / "lists.toml"
    path.write_bytes(content)
    with pytest.raises(RuleError) as caught:
        load_lists(path)

    assert caught.value.code == "IP-41"
    assert str(caught.value).startswith("lists file `lists.toml` cannot be read: ")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_an_error(tmp_path) -> None:
    """Empty lists are never made up."""
    with pytest.raises(RuleError):
        load_lists(tmp_path / "lists.toml")


def test_the_shipped_lists_name_known_places_only() -> None:
    """Every place of `lists.toml` is one of the closed list, and no shell is listed read-only or ordinary."""
    lists = load_lists(SHIPPED)

    assert {place for place, _ in lists.places} <= set(get_args(Place))
    shells = lists.names["shells"].exact
    assert [name for name in shells if lists.has("read-only", name) or lists.has("ordinary", name)] == []
