"""find's start points, expression and what its tests narrow."""

import shutil
import subprocess
from pathlib import Path

import pytest

from interposer.rulebook import Rulebook
from interposer_argv.reader import read
from interposer_argv.reading import ArgvReading, GrammarError
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("argv")

RULE = """
[grammar]
style = "find"
complete = true
[operands]
slots = ["dir*"]
[options]
-H = []
-D = ["text"]
-O = { slots = ["text?"], prefix = true }
-E = []
-x = []
-f = ["dir"]
[primaries]
-name = { slots = ["text"], filters = true }
-size = { slots = ["text"], filters = true }
-newer = { slots = ["stat"], filters = true }
-depth = []
-true = []
-print = []
-delete = { does = "delete", to = "operands" }
-fprintf = ["write", "text"]
-exec = { slots = ["argv"], until = [";", "{} +"], fills = "{}" }
"""
CASES = {
    "start-points": ("a b -print", ["dir a", "dir b"]),
    "no-start-point": ("-delete", ["! delete by -delete"]),
    "global-options": ("-H -O3 -D x a -print", ["text 3 by -O", "text x by -D", "dir a"]),
    "double-dash": ("-- a", ["dir a"]),
    "dash-alone": ("- -print", ["dir -"]),
    "delete": ("a -delete", ["dir a", "! delete a by -delete"]),
    "name-that-looks-like-an-action": ("-name -delete", ["text -delete by -name"]),
    "two-values": ("-fprintf f %p", ["write f by -fprintf", "text %p by -fprintf"]),
    "exec-to-semicolon": ("-exec ls {} ; -print", ["argv ls {} by -exec"]),
    "exec-to-plus": ("-exec rm {} + -print", ["argv rm {} by -exec"]),
    "plus-without-braces-is-an-argument": ("-exec echo + ;", ["argv echo + by -exec"]),
    "semicolon-ends-before-plus": ("-exec a ; -exec b {} +", ["argv a by -exec", "argv b {} by -exec"]),
    "plus-behind-an-earlier-placeholder": ("-exec a {} b + -exec c {} +", ["argv a {} b + -exec c {} by -exec"]),
    "without-an-end": ("-exec rm", ["argv rm by -exec"]),
    "options-of-the-bsds": ("-E -x a -print", ["dir a"]),
    "options-of-the-bsds-bundled": ("-HxE a -print", ["dir a"]),
    "unlisted-letter-in-a-bundle": ("-Exs a", ["dir a", "unknown -Exs"]),
    "start-point-by-option": ("-f d a", ["dir d by -f", "dir a"]),
    "comma-as-a-start-point": (", -print", ["dir ,"]),
    "parenthesis-as-a-start-point": (") -print", ["dir )"]),
    "unlisted-primary-behind-a-write": (
        "-fprintf f x -zap",
        ["write f by -fprintf", "text x by -fprintf", "unknown -zap"],
    ),
    "path-behind-a-write": ("-fprintf f x a", ["write f by -fprintf", "text x by -fprintf", "dir a", "unknown a"]),
    "path-behind-an-unknown": ("%X -print a", ["dir %X", "dir a", "unknown a", "may be option %X"]),
    "depth-of-the-bsds": ("-depth +2 -delete", ["dir +2", "! delete +2 by -delete", "unknown +2"]),
    "parentheses": ("( -name a -o -name b ) -delete", ["text a by -name", "text b by -name", "! delete by -delete"]),
    "unknown-start-point": ("%X -print", ["dir %X", "may be option %X"]),
    "unknown-in-the-expression": ("-print %X", ["dir %X", "may be option %X"]),
    "unknown-primary": ("-%X", ["unknown -%X", "may be option -%X"]),
    "unknown-could-end-the-command": ("-exec a %X ;", ["argv a %X by -exec", "may be option %X"]),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_reads_find(lines_of, line, expected) -> None:
    """Start points end at the first word that looks like an expression; commands end at `;` or `{} +`."""
    assert lines_of(RULE, line) == expected


NARROWED = {
    "test-before": ("-name x -delete", True),
    "test-behind": ("-delete -name x", False),
    "no-test": ("-delete", False),
    "true-is-no-test": ("-true -delete", False),
    "other-branch": ("-name x -o -delete", False),
    "own-branch": ("-print -o -name x -delete", True),
    "group-of-tests": ("( -name x -o -name y ) -delete", True),
    "group-with-a-hole": ("( -name x -o -true ) -delete", False),
    "group-with-a-hole-in-front": ("( -true -o -name x ) -delete", False),
    "action-inside-the-group": ("-name x ( -print -o -delete )", True),
    "negated": ("! -name x -delete", False),
    "negated-twice": ("! ! -name x -delete", True),
    "negated-group": ("! ( -name x ) -delete", False),
    "negation-ends-with-its-test": ("! -true -name x -delete", True),
    "comma-starts-anew": ("-name x , -delete", False),
    "one-of-two-actions": ("-delete -name x -exec rm {} +", False),
    "and": ("-name x -a -delete", True),
    "tests-without-action": ("-name x", True),
    "branch-without-test": ("-name x -o -true", False),
    "pattern-for-all": ("-name * -delete", False),
    "pattern-for-all-with-a-dot": ("-name *.* -delete", False),
    "expression-for-all": ("-name ^.*/.+$ -delete", False),
    "pattern-with-a-letter": ("-name *.o -delete", True),
    "pattern-with-a-tilde": ("-name *~ -delete", True),
    "size-for-all": ("-size +0 -delete", False),
    "size-of-nothing": ("-size 0 -delete", True),
    "unknown-pattern": ("-name %X -delete", False),
    "unknown-pattern-with-a-letter": ("-name %X.o -delete", True),
    "unknown-file": ("-newer %X -delete", True),
}


@pytest.mark.parametrize(("line", "expected"), NARROWED.values(), ids=NARROWED)
def test_knows_what_narrows_an_action(reading_of, line, expected) -> None:
    """An action is filtered where every way to it leads through a test that is not negated."""
    assert reading_of(RULE, line).filtered == expected


KNOWN = {
    "glob": (Unknown("glob", "*.o", many=True), True),
    "glob-for-all": (Unknown("glob", "*", many=True), False),
    "loop": (Unknown("loop", "$x", values=(literal("a"), literal("b"))), True),
    "loop-with-a-pattern-for-all": (Unknown("loop", "$x", values=(literal("a"), literal("*"))), False),
}


@pytest.mark.parametrize(("piece", "expected"), KNOWN.values(), ids=KNOWN)
def test_what_is_known_of_a_pattern_counts(grammar_of, piece, expected) -> None:
    """A glob keeps its letters, and of several values each must narrow."""
    words = [literal("."), literal("-name"), Word((piece,)), literal("-delete")]

    assert read(grammar_of(RULE), words).filtered == expected


REJECTED = [
    ["find", ".", "-name", "a", "-delete", "x"],
    ["find", ".", "-delete", "x"],
    ["find", "-delete", "d"],
    ["find", ".", "-exec", "rm", "a", ";", "x"],
    ["find", ".", "-execdir", "rm", "a", ";", "-"],
    ["find", ".", "-print", ""],
    ["find", ".", "(", "-delete", "x", ")"],
    ["find", "d", "-delete", "-name"],
    ["find", "d", "-delete", "-maxdepth"],
    ["find", "d", "-exec", "rm", "a", ";", "-name"],
]
UNKNOWN = [
    ["find", ".", "-delete", "-nosuch"],
    ["find", ".", "-nosuch", "-delete", "x"],
    ["find", ".", "-delete", "--", "d"],
    ["find", ".", "-delete", "-newerzz", "x"],
]
ACTS = [
    ["find", ".", "-fprint", "OUT", "x"],
    ["find", ".", "-fprint", "OUT", "-nosuch"],
    ["find", ".", "-fprint", "OUT", "-name"],
    ["find", ".", "-fls", "OUT", "x"],
]
BOOK = Rulebook.open([Path(__file__).parents[2] / "rules"])


def state_behind(words: list[str], folder: Path) -> tuple[int, list[str]]:
    """Exit status of the real find, and what is in the folder afterwards."""
    program = shutil.which("find") or "false"
    if b"GNU" not in subprocess.run([program, "--version"], capture_output=True, check=False).stdout:
        pytest.skip("GNU find is not installed")
    (folder / "d").mkdir()
    for name in ("a", "b", "d/c"):
        (folder / name).touch()
    done = subprocess.run([program, *words[1:]], cwd=folder, input=b"y\n", capture_output=True, check=False)
    return done.returncode, sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def attempt(words: list[str]) -> ArgvReading | GrammarError:
    """The reading by the shipped rule, or the error in its place."""
    rule = BOOK.find("find")
    assert rule is not None
    try:
        return read(rule.grammar, [literal(word) for word in words[1:]])
    except GrammarError as error:
        return error


@pytest.mark.parametrize("words", REJECTED, ids=" ".join)
def test_what_find_rejects_does_nothing(tmp_path, words) -> None:
    """The real find ends with an error and everything is as before, and the reading says so."""
    error = attempt(words)

    assert state_behind(words, tmp_path) == (1, ["a", "b", "d", "d/c"])
    assert isinstance(error, GrammarError)
    assert error.rejected


@pytest.mark.parametrize("words", UNKNOWN, ids=" ".join)
def test_an_unknown_predicate_stays_unknown(tmp_path, words) -> None:
    """This find rejects it and does nothing, another version may know it."""
    found = attempt(words)

    assert state_behind(words, tmp_path) == (1, ["a", "b", "d", "d/c"])
    assert isinstance(found, ArgvReading)
    assert found.unknown


@pytest.mark.parametrize("words", ACTS, ids=" ".join)
def test_what_find_does_while_it_parses_is_not_harmless(tmp_path, words) -> None:
    """-fprint and -fls open their file before the error is found."""
    found = attempt(words)

    assert state_behind(words, tmp_path) == (1, ["OUT", "a", "b", "d", "d/c"])
    assert not found.rejected if isinstance(found, GrammarError) else found.unknown
