"""The project is the work tree, never a whole home or more."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from interposer.identity import project as module
from interposer.identity.context import Facts
from interposer.identity.project import git_facts, project_of, temp_places
from interposer.identity.where import where

GIT = shutil.which("git") or "git"

pytestmark = pytest.mark.suite("identity")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of its own, so that nothing real above it counts."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setattr(module, "home_of_user", lambda: str(folder))
    return folder


def _work_tree(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / ".git").mkdir()
    return path


def test_root_above_cwd(home) -> None:
    """From a folder deep inside, the project is the work tree's root, links resolved."""
    root = _work_tree(home / "proj")
    (root / "a/b").mkdir(parents=True)
    (home / "link").symlink_to(root / "a/b")

    assert project_of(str(home / "link")) == str(root)


def test_linked_work_tree_and_submodule(home) -> None:
    """A `.git` file marks a work tree as a folder does; the nearest one counts."""
    root = _work_tree(home / "proj")
    inner = root / "inner"
    inner.mkdir()
    (inner / ".git").write_text("gitdir: ../.git/modules/inner\n")

    assert project_of(str(inner)) == str(inner)


def test_without_work_tree_it_is_the_folder_itself(home) -> None:
    """Outside any repository the project is where one stands."""
    folder = home / "plain"
    folder.mkdir()

    assert project_of(str(folder)) == str(folder)


@pytest.mark.parametrize("where_", ["home", "above", "root", "temp"])
def test_never_a_whole_home_or_more(where_, home) -> None:
    """Standing in the home, above it, in / or in /tmp there is no project, also with a repository there."""
    _work_tree(home)
    place = {"home": home, "above": home.parent, "root": Path("/"), "temp": Path("/tmp")}[where_]

    assert project_of(str(place)) == ""


def test_repository_of_the_home_does_not_reach_down(home) -> None:
    """A home kept in git (dotfiles) does not make all of it the project of a folder in it."""
    _work_tree(home)
    folder = home / "x"
    folder.mkdir()

    assert project_of(str(folder)) == str(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_work_tree_of_another_user_is_none(home) -> None:
    """A `.git` that somebody else laid above us does not widen the project."""
    above = home / "shared"
    _work_tree(above)
    os.chown(above / ".git", 12345, 12345)
    mine = above / "mine"
    mine.mkdir()

    assert project_of(str(mine)) == str(mine)


@pytest.mark.parametrize(
    ("named", "counts"),
    [("{tmp}/scratch", True), ("{home}/tmp", False), ("/", False), ("/usr", False), ("rel", False), ("/tmp", False)],
)
def test_tmpdir_counts_outside_home_only(named, counts, home, tmp_path) -> None:
    """A TMPDIR in the home, at a root or relative makes nothing temporary."""
    value = named.format(tmp=tmp_path, home=home)

    assert temp_places({"TMPDIR": value}) == (("/tmp", "/var/tmp", value) if counts else ("/tmp", "/var/tmp"))


def test_git_facts_are_what_git_says(home) -> None:
    """Origin and ref are read from git's own files, credentials in the URL left out, in linked work trees too."""
    root = home / "proj"
    git = [GIT, "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(root)]
    subprocess.run([GIT, "init", "-q", "-b", "main", str(root)], check=True)
    subprocess.run([*git, "remote", "add", "origin", "https://bob:s3cret@x.example/a/b.git"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    subprocess.run([*git, "worktree", "add", "-q", "-b", "side", str(home / "linked")], check=True)

    assert git_facts(str(root)) == ("https://x.example/a/b.git", "refs/heads/main")
    assert git_facts(str(home / "linked")) == ("https://x.example/a/b.git", "refs/heads/side")
    assert git_facts(str(home)) == ("", "")


def test_where_is_put_together(home) -> None:
    """A CI job's own names go into the record; a named context is a claim."""
    folder = home / "p"
    folder.mkdir()
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "7", "GITHUB_JOB": "t", "GITHUB_REPOSITORY": "a/b"}

    derived, named = where(Facts(environ=environ), str(folder)), where(Facts(), str(folder), "ide")

    assert (derived.context, derived.assurance, derived.ci_job, derived.repo) == ("ci", "claimed", "github:7/t", "a/b")
    assert (named.context, named.assurance, named.evidence) == ("ide", "claimed", "flag --context")
    assert derived.project == str(folder)
