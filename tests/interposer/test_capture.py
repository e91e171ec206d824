"""The world as it is."""

import os

import pytest

from interposer.capture import MAX_TEXT, Files

pytestmark = pytest.mark.suite("capture")


def test_a_link_is_followed_to_its_physical_path(tmp_path) -> None:
    """Of a path that does not exist, the folder's physical path with the name behind it."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")

    assert Files().physical(str(tmp_path / "link" / "new")) == str(tmp_path / "real" / "new")


@pytest.mark.parametrize("path", ["/a\0b", "/" + "x" * 10_000])
def test_a_path_that_no_system_has_is_unknown(path) -> None:
    """A NUL or an endless name is no error and no text."""
    files = Files()

    assert files.physical(path) in {"", path}
    assert files.text(path) is None


def test_a_link_to_itself_ends(tmp_path) -> None:
    """A loop of links is no text and no hang."""
    (tmp_path / "loop").symlink_to("loop")

    assert Files().text(str(tmp_path / "loop")) is None


def test_the_text_of_a_regular_file(tmp_path) -> None:
    """The whole text, up to 256 kB."""
    path = tmp_path / "x"
    path.write_text("é" * (MAX_TEXT // 2))
    found = Files().text(str(path))

    assert found is not None
    assert (len(found.text), found.fresh) == (MAX_TEXT // 2, False)


def _too_long(path) -> None:
    path.write_bytes(b"x" * (MAX_TEXT + 1))


def _binary(path) -> None:
    path.write_bytes(b"\xff\xfe")


def _pipe(path) -> None:
    os.mkfifo(path)


def _folder(path) -> None:
    path.mkdir()


def _missing(path) -> None:
    pass


@pytest.mark.parametrize("make", [_too_long, _binary, _pipe, _folder, _missing])
def test_what_is_no_text_of_a_regular_file(tmp_path, make) -> None:
    """A pipe does not block, and nothing else is taken for a text."""
    make(tmp_path / "x")

    assert Files().text(str(tmp_path / "x")) is None
    assert Files().ambient(str(tmp_path / "x")) is None


def test_devices_are_not_read() -> None:
    """A device could block or hold a secret."""
    assert Files().text("/dev/zero") is None


def test_a_file_that_changed_after_the_session_opened_is_fresh(tmp_path) -> None:
    """The change time counts, which no program sets back."""
    path = tmp_path / "x"
    path.write_text("a")
    os.utime(path, (0, 0))
    changed = path.stat().st_ctime_ns

    fresh = [found.fresh for opened in (changed, changed + 1) if (found := Files(opened).text(str(path)))]
    assert fresh == [True, False]


def _program(folder, name="tool", mode=0o755) -> str:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return str(path)


def test_a_program_is_found_outside_shim_folders(tmp_path) -> None:
    """A shim folder is passed over by identity, whatever name or link leads to it."""
    _program(tmp_path / "shims")
    real = _program(tmp_path / "bin")
    (tmp_path / "alias").symlink_to("shims")
    status = (tmp_path / "shims").stat()
    path = ":".join(str(tmp_path / name) for name in ("shims", "alias", "none", "bin"))

    files = Files(shims=frozenset({(status.st_dev, status.st_ino)}))
    assert files.program("tool", path) == real


def test_what_cannot_be_started_is_no_program(tmp_path) -> None:
    """Neither a folder nor a file without permission to execute."""
    _program(tmp_path / "a", mode=0o644)
    (tmp_path / "b" / "tool").mkdir(parents=True)

    assert Files().program("tool", f"{tmp_path}/a:{tmp_path}/b") == ""


@pytest.mark.parametrize("path", [None, ""])
def test_without_a_search_path_the_system_default_counts(path) -> None:
    """An empty PATH is searched as execvp(3) would."""
    assert Files().program("sh", path).endswith("/sh")
