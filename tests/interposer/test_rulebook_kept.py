"""A rule book kept compiled: what it holds, and when it is not believed."""

import os
import pickle
from pathlib import Path

import pytest

from interposer.rulebook import Rulebook, book, compile_rule, store

pytestmark = pytest.mark.suite("rulebook")

RULES = Path(__file__).parents[2] / "rules"
FIRST = (
    'tool = "t"\nnames = ["tt", "t3.*"]\nsummary = "one"\n[grammar]\n[options]\n-a = ["read"]\n[env]\nT_X = ["run"]\n'
)
SECOND = 'tool = "u"\nnames = ["uu"]\n[grammar]\n[sub.x]\nalias = ["y"]\n[sub.x.options]\n-b = ["write"]\n'


@pytest.fixture
def rules(tmp_path) -> Path:
    """A folder with two rules and the variables of any program."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "t.toml").write_text(FIRST)
    (folder / "u.toml").write_text(SECOND)
    (folder / "environment.toml").write_text("[env]\nLD_PRELOAD = ['load']\n")
    (folder / "lists.toml").write_text("x = 1\n")
    return folder


@pytest.fixture
def kept(rules, tmp_path) -> Path:
    """Their compiled form in a file."""
    path = tmp_path / "kept"
    Rulebook.open([rules]).keep(path)
    return path


@pytest.fixture
def compiled(monkeypatch) -> list[str]:
    """The files that are compiled or searched for names from now on."""
    seen: list[str] = []

    def watch(name: str) -> None:
        real = getattr(book, name)

        def watched(path: Path) -> object:
            seen.append(path.name)
            return real(path)

        monkeypatch.setattr(book, name, watched)

    for name in ("compile_rule", "compile_variables", "read_head"):
        watch(name)
    return seen


def test_every_shipped_rule_comes_back_as_it_was(tmp_path) -> None:
    """Reading what was kept gives equal rules, equal variables and an equal digest."""
    first = Rulebook.open([RULES])
    first.keep(tmp_path / "kept")
    second = Rulebook.open([RULES], tmp_path / "kept")

    assert list(second.rules()) == list(first.rules())
    assert second.digest == first.digest
    assert second.env_option("LD_PRELOAD") == first.env_option("LD_PRELOAD")


def test_what_is_kept_is_not_compiled_again(rules, kept, compiled) -> None:
    """Names, rules, subcommands and variables are there without a look into TOML."""
    found = Rulebook.open([rules], kept)
    names = [rule.tool for name in ("t", "tt", "t3.9", "uu") if (rule := found.find(name))]
    second = found.find("u")

    assert names == ["t", "t", "t", "u"]
    assert second is not None
    assert second.grammar.subs["y"] is second.grammar.subs["x"]
    assert found.env_option("LD_PRELOAD") is not None
    assert found.find("none") is None
    assert compiled == []


def test_a_changed_rule_counts_at_once(rules, kept, compiled) -> None:
    """The rule of other bytes is compiled, new names in it are found, and the rest is taken as kept."""
    (rules / "t.toml").write_text(FIRST.replace("one", "two").replace('"tt"', '"ss"'))
    found = Rulebook.open([rules], kept)
    summaries = [rule.summary if (rule := found.find(name)) else None for name in ("t", "ss", "tt")]

    assert summaries == ["two", "two", None]
    assert found.find("u") == compile_rule(rules / "u.toml")
    assert found.digest == Rulebook.open([rules]).digest
    assert compiled.count("u.toml") == 1, "its head is read for names, its rule is not compiled"


def test_a_change_that_keeps_size_and_times_is_seen(rules, kept) -> None:
    """A rule counts by its bytes, whatever the file system says of its file."""
    path = rules / "t.toml"
    before = path.stat()
    path.write_text(FIRST.replace("one", "two"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    found = Rulebook.open([rules], kept).find("t")

    assert found is not None
    assert found.summary == "two"


@pytest.mark.parametrize("change", ["new", "gone", "own-folder"])
def test_a_file_that_came_or_went_counts(rules, kept, tmp_path, change) -> None:
    """A new tool is found, a deleted one is not, and a folder that was not kept is read."""
    folders = [rules]
    match change:
        case "new":
            (rules / "v.toml").write_text('tool = "v"\nnames = ["vv"]\n[grammar]\n')
        case "gone":
            (rules / "u.toml").unlink()
        case _:
            folders.append(tmp_path / "own")
            folders[1].mkdir()
            (folders[1] / "t.toml").write_text('tool = "t"\nsummary = "mine"\n[grammar]\n')
    with_it, without = Rulebook.open(folders, kept), Rulebook.open(folders)

    assert [with_it.find(name) for name in ("t", "tt", "u", "uu", "v", "vv")] == [
        without.find(name) for name in ("t", "tt", "u", "uu", "v", "vv")
    ]
    assert with_it.digest == without.digest


def test_untouched_bytes_in_a_new_place_are_believed(rules, kept, compiled) -> None:
    """A copy with other times and inodes (a container's layer) is the same rule book."""
    for path in rules.iterdir():
        text = path.read_text()
        path.unlink()
        path.write_text(text)
    found = Rulebook.open([rules], kept).find("tt")

    assert found is not None
    assert compiled == []


def spoil(path: Path, how: str) -> None:
    """Make the file one that must not be believed."""
    data = path.read_bytes()
    match how:
        case "readable-by-others":
            path.chmod(0o604)
        case "link":
            path.rename(path.with_name("real"))
            path.symlink_to("real")
        case "folder":
            path.unlink()
            path.mkdir()
        case "pipe":
            path.unlink()
            os.mkfifo(path, 0o600)
        case "cut":
            path.write_bytes(data[:200])
        case "empty":
            path.write_bytes(b"")
        case "other-version":
            path.write_bytes(data.replace(b"book 1 ", b"book 1 0", 1))
        case _:
            path.unlink()


@pytest.mark.parametrize(
    "how", ["readable-by-others", "link", "folder", "pipe", "cut", "empty", "other-version", "gone"]
)
def test_a_file_that_is_not_ours_or_not_whole_is_left_alone(rules, kept, compiled, how) -> None:
    """The rules are compiled instead, without an error."""
    spoil(kept, how)
    found = Rulebook.open([rules], kept).find("t")

    assert found == compile_rule(rules / "t.toml")
    assert "t.toml" in compiled


@pytest.mark.parametrize("place", [400, -40, -1])
def test_one_wrong_byte_and_nothing_is_believed(rules, kept, compiled, place) -> None:
    """What is read later was checked when the file was opened."""
    data = bytearray(kept.read_bytes())
    data[place] ^= 1
    kept.write_bytes(data)
    found = Rulebook.open([rules], kept)

    assert [found.find("t"), found.find("u")] == [compile_rule(rules / f"{name}.toml") for name in "tu"]
    assert compiled == ["t.toml", "u.toml"]


def test_the_file_is_private_and_replaces_the_old_one_in_one_step(rules, kept) -> None:
    """Mode 0600 whatever the umask; a link in its place is replaced, not followed; nothing is left beside it."""
    target = kept.with_name("target")
    target.write_text("")
    kept.unlink()
    kept.symlink_to(target)
    before = os.umask(0)
    try:
        Rulebook.open([rules]).keep(kept)
    finally:
        os.umask(before)

    assert (kept.is_symlink(), kept.stat().st_mode & 0o777, target.read_text()) == (False, 0o600, "")
    assert sorted(path.name for path in kept.parent.iterdir()) == ["kept", "rules", "target"]


def test_a_kept_rule_can_be_pickled(rules, kept) -> None:
    """A session's folder keeps rules of its own."""
    rule = Rulebook.open([rules], kept).find("u")

    assert pickle.loads(pickle.dumps(rule)) == rule  # noqa: S301 - made one line above


def test_other_code_does_not_believe_it(rules, kept, compiled, monkeypatch) -> None:
    """What was compiled by another version of the compiler is compiled again."""
    monkeypatch.setattr(store, "_version", lambda: b"other")
    Rulebook.open([rules], kept).find("t")

    assert compiled == ["t.toml"]


def test_what_changed_while_rules_were_pinned_is_not_believed(rules, tmp_path) -> None:
    """A preloaded book keeps what it holds, and the file on disk still counts for the next one."""
    pinned = Rulebook.open([rules])
    pinned.preload()
    (rules / "t.toml").write_text(FIRST.replace('"tt"', '"ss"').replace("one", "two"))
    pinned.keep(tmp_path / "kept")
    found = Rulebook.open([rules], tmp_path / "kept")

    assert (found.find("tt"), found.kept) == (None, False)
    assert found.find("ss") == compile_rule(rules / "t.toml")


def test_a_book_that_was_kept_is_copied(rules, kept, compiled) -> None:
    """Nothing is compiled to write the same once more."""
    found = Rulebook.open([rules], kept)
    copy = kept.with_name("copy")
    found.keep(copy)

    assert found.kept
    assert copy.read_bytes() == kept.read_bytes()
    assert compiled == []
