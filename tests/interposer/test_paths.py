"""Where files live, and what makes a folder private."""

import os
from pathlib import Path

import pytest

from interposer import paths
from interposer.errors import UsageError

pytestmark = pytest.mark.suite("paths")


@pytest.mark.parametrize(
    ("place", "variable", "value", "expected"),
    [
        (paths.config_dir, "XDG_CONFIG_HOME", "/srv/c", "/srv/c/interposer"),
        (paths.state_dir, "XDG_STATE_HOME", "/srv/s", "/srv/s/interposer"),
        (paths.config_dir, "XDG_CONFIG_HOME", "relative", str(paths.home_dir() / ".config/interposer")),
        (paths.state_dir, "XDG_STATE_HOME", "", str(paths.home_dir() / ".local/state/interposer")),
    ],
)
def test_xdg_variable_counts_only_when_absolute(place, variable, value, expected) -> None:
    """An absolute XDG variable names the folder, anything else is ignored."""
    actual = place({variable: value})

    assert str(actual) == expected


def test_home_variable_moves_nothing(monkeypatch, tmp_path) -> None:
    """The agent's HOME does not move the state folder of a user whom the password database lists."""
    monkeypatch.setenv("HOME", str(tmp_path))

    assert not paths.state_dir({}).is_relative_to(tmp_path)


def test_runtime_dir_takes_the_session_folder(tmp_path) -> None:
    """A short XDG_RUNTIME_DIR is used as it is."""
    short = Path("/tmp") / f"ip-{os.getpid()}"

    assert paths.runtime_dir({"XDG_RUNTIME_DIR": str(short)}) == short / "interposer"


@pytest.mark.parametrize("deep", ["/tmp/" + "d" * 90, "relative/run"])
def test_runtime_dir_that_cannot_hold_a_socket_is_passed_over(deep, tmp_path) -> None:
    """A folder too long for a socket name gives way to a short one."""
    actual = paths.runtime_dir({"XDG_RUNTIME_DIR": deep, "XDG_STATE_HOME": "/tmp/" + "s" * 90})

    assert actual == Path(f"/tmp/interposer-{os.geteuid()}")


def test_private_dir_is_created_for_its_owner_alone(tmp_path) -> None:
    """Missing folders are made with mode 0700 whatever the umask says."""
    old = os.umask(0)
    try:
        made = paths.ensure_private_dir(tmp_path / "a" / "b")
    finally:
        os.umask(old)

    assert [oct(folder.stat().st_mode & 0o777) for folder in (made, made.parent)] == ["0o700", "0o700"]


def _symlink(path: Path) -> None:
    path.symlink_to(path.parent)


def _file(path: Path) -> None:
    path.write_text("")


def _writable(path: Path) -> None:
    path.mkdir()
    path.chmod(0o777)


def _foreign(path: Path) -> None:
    path.mkdir()
    os.chown(path, 65_534, 65_534)


def _open_parent(path: Path) -> None:
    path.mkdir()
    path.parent.chmod(0o777)


@pytest.mark.parametrize("make", [_symlink, _file, _writable, _foreign, _open_parent])
def test_private_dir_refuses_what_others_could_steer(make, tmp_path) -> None:
    """A link, a file, another user's folder or one that others can write to is refused."""
    if make is _foreign and os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    make(tmp_path / "state")

    with pytest.raises(UsageError) as refused:
        paths.ensure_private_dir(tmp_path / "state")

    assert refused.value.code == "IP-11"


def test_private_dir_refuses_a_relative_path() -> None:
    """A relative path would follow the agent's working directory."""
    with pytest.raises(UsageError, match="absolute"):
        paths.ensure_private_dir(Path("state"))
