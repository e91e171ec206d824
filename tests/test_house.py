"""The house itself: every folder says what it is for, every module has its tests, nothing of a machine is in it."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from interposer.rulebook import Rulebook
from interposer.rulebook.compile import compile_variables
from interposer_argv.grammar import Grammar, Slot
from interposer_argv.scripts import LANGUAGES

pytestmark = pytest.mark.suite("house")

ROOT = Path(__file__).parent.parent
RULES = ROOT / "rules"
GROUPS = tomllib.loads((ROOT / "tests" / "unmirrored.toml").read_text("utf-8"))["group"]
UNREAD = {
    "dos": "code by itself, and no job",
    "nix": "an expression language whose evaluation builds in a sandbox of its own",
    "postscript": "code by itself, and no job",
    "xdg": "the operand of xdg-user-dir, which a shell script evaluates: code by itself, and no job",
}
"""Languages of `code` slots that no reader reads: the text counts as code, what it says does not."""


def _tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
    if done.returncode:
        pytest.skip("not a git work tree")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def _modules() -> list[Path]:
    folders = [ROOT / "interposer", ROOT / "parsers"]
    return sorted(path for folder in folders for path in folder.rglob("*.py") if path.name != "__init__.py")


def _mirror(module: Path) -> list[Path]:
    """Where the tests of `module` may stand: its own file, one of the folder, or one whose name begins with its."""
    inside = module.relative_to(ROOT)
    parts = inside.parts[1:] if inside.parts[0] == "parsers" else inside.parts
    folder = ROOT.joinpath("tests", *parts[:-1])
    whole = folder.parent / f"test_{parts[-2]}.py"
    return [folder / f"test_{module.stem}.py", whole]


@pytest.mark.parametrize("folder", ["interposer", "parsers/interposer_argv", "parsers/interposer_shell"])
def test_every_package_says_what_it_is_for(folder) -> None:
    """In the docstring of its `__init__.py`, one line or more."""
    packages = list((ROOT / folder).rglob("__init__.py"))

    assert [
        str(path.relative_to(ROOT)) for path in packages if not ast.get_docstring(ast.parse(path.read_text()))
    ] == []


def test_every_other_folder_says_what_it_is_for() -> None:
    """In a README of its own, or in a line of one above it."""
    folders = {path.parent for path in _tracked()} - {ROOT}
    silent = [folder for folder in folders if not (folder / "__init__.py").exists() and not _explained(folder)]

    assert sorted(str(folder.relative_to(ROOT)) for folder in silent) == []


def _explained(folder: Path) -> bool:
    if (folder / "README.md").exists():
        return True
    above = [parent / "README.md" for parent in folder.parents if parent.is_relative_to(ROOT)]
    names = (str(folder.relative_to(ROOT)), f"{folder.name}/")
    return any(name in path.read_text("utf-8") for path in above if path.exists() for name in names)


def _grouped(module: str) -> list[dict]:
    return [group for group in GROUPS if any(fnmatchcase(module, pattern) for pattern in group["modules"])]


def test_every_module_has_its_tests() -> None:
    """Where the tree mirrors it, or where `unmirrored.toml` says, with the reason."""
    names = {str(path.relative_to(ROOT)): path for path in _modules()}
    bare = [
        name for name, path in names.items() if not _grouped(name) and not any(one.exists() for one in _mirror(path))
    ]

    assert bare == []


def test_every_exception_is_needed_and_names_tests_that_are_there() -> None:
    """An exception for modules that are gone, or tests that are, misleads."""
    names = [str(path.relative_to(ROOT)) for path in _modules()]
    patterns = [pattern for group in GROUPS for pattern in group["modules"]]
    tests = [test for group in GROUPS for test in group.get("tests", [])]

    assert [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in names)] == []
    assert [test for test in tests if not (ROOT / test).exists()] == []
    assert all(group["why"] for group in GROUPS)


MACHINE = {
    "an absolute path of a workshop": re.compile(r"(?<![\w.~-])/" + r"work/(?:main|shared)\b"),
    "an index that is somebody's own": re.compile(
        r"(?:PIP_INDEX_URL|npm_config_registry|GOPROXY)\s*=\s*['\"]?https?://(?!pypi\.org|registry\.npmjs\.org|proxy\.golang\.org|[\w.-]*\.example)"
    ),
    "credentials in a URL": re.compile(
        r"https?://[^\s/:@'\"`<>]+:[^\s/@'\"`<>{}$]{12,}@(?!(?:[\w-]+\.)*(?:example|invalid|test|localhost)\b)"
    ),
}


@pytest.mark.parametrize("pattern", MACHINE.values(), ids=MACHINE)
def test_nothing_of_a_machine_is_in_it(pattern) -> None:
    """No tracked text names a place where it was made."""
    found = []
    for path in _tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [
            f"{path.relative_to(ROOT)}: {hit.group()}" for hit in pattern.finditer(text) if path != Path(__file__)
        ]

    assert found == []


def _slots(grammar: Grammar) -> Iterator[Slot]:
    options = {id(option): option for option in grammar.options.values()}.values()
    for taker in (grammar.operands, *options):
        yield from taker.slots
        for when in taker.when:
            yield from when.slots
    for sub in {id(sub): sub for sub in grammar.subs.values()}.values():
        yield from _slots(sub)


def test_every_shipped_rule_compiles_and_its_languages_have_readers() -> None:
    """A small language without a reader would be text that nobody reads."""
    book = Rulebook.open([RULES])
    book.preload()
    rules = [rule for tool in book.tools() if (rule := book.find(tool)) is not None]
    named = [slot for rule in rules for slot in _slots(rule.grammar)]
    named += [
        slot
        for rule in rules
        for table in (rule.env_names, rule.config_names)
        for option in (*table.exact.values(), *(option for _, option in table.patterns))
        for slot in option.slots
    ]

    assert len(rules) == len(book.tools())
    assert {slot.detail for slot in named if slot.kind == "script"} - set(LANGUAGES) == set()
    assert {slot.detail for slot in named if slot.kind == "code"} - set(LANGUAGES) - {""} <= set(UNREAD)
    assert compile_variables(RULES / "environment.toml")


def test_every_language_that_is_read_from_stdin_has_a_reader() -> None:
    """What `lists.toml` says of interpreters."""
    slots = tomllib.loads((RULES / "lists.toml").read_text("utf-8"))["stdin"].values()

    assert {slot.partition(":")[2] for slot in slots if ":" in slot} - set(LANGUAGES) == set()
