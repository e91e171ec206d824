"""tar's old-style first word."""

import shutil
import subprocess

import pytest

pytestmark = pytest.mark.suite("argv")

RULE = """
[grammar]
style = "tar"
complete = true
[operands]
slots = ["read*"]
when = [{ option = ["-x"], slots = ["text*"] }]
[options]
"-c, --create" = []
"-x, --extract, --get" = []
"-v" = []
"-f, --file" = { slots = ["write"], when = [{ option = ["-x"], slots = ["read"] }] }
"-C, --directory" = ["dir"]
"-I, --use-compress-program" = ["words"]
"""
CASES = {
    "old-style": ("xvf a.tar b", ["read a.tar by -f", "text b"]),
    "values-in-the-order-of-letters": ("cfC a.tar /x b", ["write a.tar by -f", "dir /x by -C", "read b"]),
    "new-style": ("-xvf a.tar b", ["read a.tar by -f", "text b"]),
    "new-style-attached": ("-xfa.tar", ["read a.tar by -f"]),
    "options-behind": ("xf a.tar -C d", ["read a.tar by -f", "dir d by -C"]),
    "program-in-the-bundle": ("cIf zstd a.tar", ["words zstd by -I", "write a.tar by -f"]),
    "condition-by-another-spelling": ("--get -f a.tar", ["read a.tar by -f"]),
    "condition-behind": ("-f a.tar -x", ["read a.tar by -f"]),
    "unlisted-letter": ("cZf a.tar", ["write a.tar by -f", "unknown cZf"]),
    "unknown-first-word": ("%X a", ["read %X", "read a", "may be option %X"]),
    "unknown-letters": ("c%X a", ["read a", "unknown c%X", "may be option c%X"]),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_reads_tar(lines_of, line, expected) -> None:
    """Letters without a dash take their values in order; then getopt_long reads on."""
    assert lines_of(RULE, line) == expected


@pytest.mark.skipif(shutil.which("tar") is None, reason="tar is not installed")
def test_the_real_tar_takes_values_in_the_order_of_letters(tmp_path) -> None:
    """`tar cfC ARCHIVE FOLDER MEMBER` writes the archive and enters the folder."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "m").write_text("x")
    tar = shutil.which("tar") or ""
    subprocess.run([tar, "cfC", "a.tar", "d", "m"], cwd=tmp_path, check=True, timeout=10)

    listed = subprocess.run([tar, "tf", "a.tar"], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=10)
    assert listed.stdout.split() == ["m"]
