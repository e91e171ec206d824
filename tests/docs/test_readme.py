"""What the documents show is what the programs print, what they link to exists, and what is generated is up to date."""

import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from interposer.broker.folder import shim_file
from interposer.decision import Verdict
from interposer.effects import Grade
from interposer.errors import BrokerError
from interposer.policy.model import FIELDS
from interposer.rulebook import words
from interposer_argv.grammar import KINDS

pytestmark = pytest.mark.suite("docs")

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
GENERATE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(GENERATE)
WRITTEN = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("docs/decisions/*.md"),
        *ROOT.glob("*/README.md"),
    )
    if path.is_file()
)
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


@cache
def _files():
    return GENERATE.rule_files()


@pytest.mark.parametrize("page", GENERATE.PAGES)
def test_the_output_in_a_page_is_real(page):
    """Each command of a page, run again, prints what stands below it; `make docs` rewrites the pages."""
    try:
        shim_file()
    except BrokerError:
        pytest.skip("the shim is not built")
    text = (ROOT / page).read_text("utf-8")

    assert GENERATE.regenerated(text) == text


def test_a_changed_page_is_noticed(tmp_path):
    """Output that no command prints is replaced: the comparison can fail."""
    text = "```console\n$ echo one\ntwo\n```\n"

    assert GENERATE.regenerated(text) == "```console\n$ echo one\none\n```\n"


def test_generated_files_are_up_to_date():
    """The schema, the index and the page of each tool are what `make docs` would write, and no page is left over."""
    old = [
        str(path.relative_to(ROOT)) for path, text in _files().items() if not path.is_file() or path.read_text() != text
    ]

    assert old == [], "run `make docs`"
    assert GENERATE.stray_pages(_files()) == []


@pytest.mark.parametrize("page", WRITTEN)
def test_links_lead_somewhere(page):
    """Every relative link of a document names a file or folder, and its anchor a heading."""
    here = (ROOT / page).parent
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    bad = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = here / path if path else ROOT / page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            bad.append(link)

    assert bad == []


def _anchors(page):
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("table", ["GRAMMAR", "SUB", "OPTION", "OPERANDS", "AMBIENT", "SPAWNS", "EXAMPLE", "TOP"])
def test_the_reference_of_the_format_names_every_key(table):
    """No key of a rule file, slot kind or style stands in the loader alone."""
    text = (ROOT / "rules" / "README.md").read_text("utf-8")
    quoted = re.findall(r"`[^`\n]*`|^    .*$|^\| [a-z-]+ \|", text, re.MULTILINE)
    known = set(re.findall(r"[a-z][a-z-]*", "\n".join(quoted)))

    assert set(getattr(words, table)) - known == set()
    assert {*words.STYLES, *KINDS} - known == set()


@pytest.mark.parametrize("page", ["policies.md", "glossary.md"])
def test_the_fields_of_policies_are_described(page):
    """Each field that a statement can test stands in the page on policies; each verdict and grade in both."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    common = [*get_args(Verdict), *get_args(Grade)]
    wanted = [*FIELDS, *common] if page == "policies.md" else common

    assert [one for one in wanted if f"`{one}`" not in text] == []


def test_decisions_have_numbers_of_their_own():
    """A decision is cited by its number, which stands in its name and in its title."""
    numbers = [path.name[:4] for path in DECISIONS]

    assert len(numbers) == len(set(numbers)) > 0
    assert [path.name for path in DECISIONS if not path.read_text().startswith(f"# {path.name[:4]} ")] == []


def test_every_folder_says_what_it_is_for():
    """A folder of the source tree has a README or a package's docstring, or a line in the README above it."""
    told = "\n".join(path.read_text("utf-8") for path in (*ROOT.glob("*/README.md"), ROOT / "CONTRIBUTING.md"))
    silent = []
    for folder in sorted(
        path
        for top in ("interposer", "parsers", "tests", "docs", "rules", "shims", ".ci")
        for path in _folders(ROOT / top)
    ):
        package = folder / "__init__.py"
        here = (folder / "README.md").is_file() or (package.is_file() and package.read_text().startswith('"""'))
        if not here and f"`{folder.relative_to(ROOT).as_posix()}/`" not in told:
            silent.append(folder.relative_to(ROOT).as_posix())

    assert silent == []


def _folders(top):
    if top.is_symlink() or not top.is_dir() or top.name == "__pycache__":
        return
    yield top
    for folder in top.iterdir():
        yield from _folders(folder)
