"""Every code that the program can print stands in docs/errors.md, and no other."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.suite("docs")

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("interposer", "parsers", "shims")
CODE = re.compile(r"\bIP-[0-9]{2}\b")


def _used() -> set[str]:
    files = [path for folder in SOURCES for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".c", ".h"}]
    return {code for path in files for code in CODE.findall(path.read_text("utf-8"))}


def _listed() -> list[str]:
    """The codes in the first column of the tables, not those of the ranges."""
    return re.findall(r"^\| (IP-[0-9]{2}) \|", (ROOT / "docs/errors.md").read_text("utf-8"), re.MULTILINE)


def test_every_code_is_explained() -> None:
    """A code without cause and remedy in docs/errors.md is a defect."""
    assert _used() - set(_listed()) == set()


def test_no_code_is_explained_in_vain() -> None:
    """A row for a code that nothing prints misleads."""
    assert set(_listed()) - _used() == set()


def test_rows_are_distinct_and_in_order() -> None:
    """Each code has one row, and the rows are sorted."""
    assert _listed() == sorted(set(_listed()))
