"""What is read of a process: its words, byte for byte, and the file that it really runs."""

import os
import shutil
import subprocess

import pytest

from interposer.supervise.image import image_of

pytestmark = pytest.mark.suite("supervise")


@pytest.fixture
def started(tmp_path):
    """A process of a copied program, with odd words."""
    program = tmp_path / "prog"
    shutil.copy("/bin/sleep", program)
    words = ["", "60"]
    with subprocess.Popen(words, executable=program, cwd=tmp_path, env={"A": "1", "B": ""}) as running:
        yield running, program
        running.kill()


def test_words_file_folder_and_variables(started, tmp_path):
    """An empty word is a word."""
    running, program = started
    image = image_of(running.pid)

    assert image.argv == ("", "60")
    assert (image.exe, image.cwd, image.environ) == (str(program), str(tmp_path), (b"A=1", b"B="))
    assert (image.device, image.inode) == (program.stat().st_dev, program.stat().st_ino)


def test_path_that_names_another_file_by_now(started):
    """The loaded file has no path any more once another one took its place, or none did."""
    running, program = started
    program.unlink()
    gone = image_of(running.pid)
    shutil.copy("/bin/true", f"{program} (deleted)")
    replaced = image_of(running.pid)

    assert gone.exe == ""
    assert replaced.exe == ""
    assert gone.size == os.path.getsize("/bin/sleep")  # noqa: PTH202 - of a path that is a text


def test_process_that_is_gone():
    """It is an error, never an empty image."""
    with pytest.raises(OSError, match="No such file"):
        image_of(1 << 22)
