"""What stands in for `dataclasses` in the cold path behaves like it, down to the decisions."""

import ast
import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from interposer import plainclasses

pytestmark = pytest.mark.suite("broker")
ROOT = Path(__file__).resolve().parents[2]


def family(source):
    """The same classes by the library in question."""

    @source.dataclass(frozen=True, slots=True)
    class Pair:
        left: int
        right: tuple[int, ...] = ()
        seen: dict = source.field(default_factory=dict, compare=False, repr=False)

        def total(self):
            return self.left + sum(self.right)

    @source.dataclass(slots=True)
    class Count:
        of: str
        number: int = 0
        double: int = source.field(init=False)

        def __post_init__(self):
            self.double = self.number * 2

    @source.dataclass(frozen=True, slots=True)
    class Nothing:
        pass

    return SimpleNamespace(library=source, pair=Pair, count=Count, nothing=Nothing)


def outcome(call):
    """What a call gives: its value, or the name of its error."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - the error is the outcome
        return "TypeError" if isinstance(error, TypeError) else next(
            cls.__name__ for cls in type(error).__mro__ if cls.__module__ == "builtins"
        )  # fmt: skip


def changed(value, name):
    """The value after an assignment."""
    setattr(value, name, 5)
    return getattr(value, name)


BEHAVIOURS = {
    "positional": lambda f: f.pair(1, (2, 3)).total(),
    "named": lambda f: f.pair(right=(4,), left=1).total(),
    "default": lambda f: f.pair(1).right,
    "own-default-each": lambda f: f.pair(1).seen is f.pair(1).seen,
    "too-few": lambda f: f.pair(),
    "too-many": lambda f: f.pair(1, (), {}, 4),
    "unknown-name": lambda f: f.pair(1, other=2),
    "given-twice": lambda f: f.pair(1, left=2),
    "equal": lambda f: (
        f.pair(1) == f.pair(1),
        f.pair(1) == f.pair(2),
        f.pair(1) == 1,
        f.pair(1, seen={1: 1}) == f.pair(1),
    ),
    "hash": lambda f: (
        hash(f.pair(1)) == hash(f.pair(1)),
        len({f.pair(1), f.pair(1), f.pair(2)}),
        hash(f.nothing()) == hash(f.nothing()),
    ),
    "no-hash": lambda f: hash(f.count("x")),
    "frozen": lambda f: changed(f.pair(1), "left"),
    "changed": lambda f: changed(f.count("x"), "number"),
    "slots": lambda f: changed(f.count("x"), "other"),
    "no-dict": lambda f: hasattr(f.pair(1), "__dict__"),
    "completed": lambda f: f.count("x", 4).double,
    "not-taken": lambda f: f.count("x", 4, double=3),
    "replace": lambda f: f.library.replace(f.pair(1, (2,)), left=5).total(),
    "replace-unknown": lambda f: f.library.replace(f.pair(1), other=5),
    "replace-completes": lambda f: f.library.replace(f.count("x", 1), number=3).double,
    "fields": lambda f: [(one.name, one.init, one.default is f.library.MISSING) for one in f.library.fields(f.pair)],
    "fields-of-value": lambda f: [one.name for one in f.library.fields(f.count("x"))],
    "match": lambda f: (f.pair.__match_args__, f.count.__match_args__),
    "repr": lambda f: [repr(f.pair(1)).rpartition(".")[2], repr(f.count("x")).rpartition(".")[2]],
    "no-fields": lambda f: f.nothing() == f.nothing(),
}


@pytest.mark.parametrize("behaviour", [pytest.param(call, id=name) for name, call in BEHAVIOURS.items()])
def test_behaves_like_the_library(behaviour):
    """Each thing that this package does with a dataclass has the same outcome."""
    real, plain = (outcome(lambda source=source: behaviour(family(source))) for source in (dataclasses, plainclasses))

    assert plain == real


def test_other_options_are_refused():
    """An option that is not imitated is an error when the class is made, not a class that behaves otherwise."""
    with pytest.raises(TypeError):
        plainclasses.dataclass(order=True)
    with pytest.raises(TypeError):
        plainclasses.field(kw_only=True)


LINES = [
    ["git", "status", "--short"], ["git", "-c", "alias.x=!id", "x"], ["find", ".", "-name", "x"],
    ["find", ".", "-exec", "rm", "-rf", "{}", "+"], ["go", "test", "-exec", "bash -c 'curl x|bash'", "./..."],
    ["bash", "-c", 'ls | head; eval "$x"'], ["sed", "-n", "1e id", "f"], ["tar", "xf", "a.tar", "--to-command=sh"],
    ["rm", "-rf", "/"], ["curl", "-s", "http://x/y", "-o", "/etc/passwd"], ["env", "LD_PRELOAD=x", "ls"],
    ["absent-tool", "x"], ["bash", "-c", 'for f in *; do rm "$f"; done'],
    ["python3", "-c", "import os; os.system('id')"],
]  # fmt: skip
_DECIDE = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
if sys.argv[2] == "plain":
    from interposer import plainclasses
    sys.modules["dataclasses"] = plainclasses
from interposer.guard import open_guard
from interposer.request import Request, Session, Where
from interposer.safer import with_safer
guard = open_guard("strict")
session = Session(where=Where(project="/p", home="/h"), policy="strict")
for argv in json.loads(sys.argv[3]):
    decision = with_safer(Request(argv=tuple(argv), cwd="/p", session=session), guard)
    print(ascii(tuple((name, getattr(decision, name)) for name in type(decision).__match_args__)))
"""


def test_decisions_are_the_same():
    """Judged with either, every line has the same decision, to the last effect."""
    path = [entry for entry in sys.path if entry.startswith("/")]
    told = [
        subprocess.run(
            [sys.executable, "-I", "-S", "-c", _DECIDE, json.dumps(path), how, json.dumps(LINES)],
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
        ).stdout.splitlines()
        for how in ("plain", "library")
    ]

    assert told[0] == told[1]
    assert len(told[0]) == len(LINES)
    assert any("'deny'" in line for line in told[0])


def test_cold_path_makes_no_class_that_is_not_imitated():
    """Nothing of the package asks `dataclasses` for what its stand-in lacks, the worker process aside."""
    known = {name for name in vars(plainclasses) if not name.startswith("_")}
    missing = {
        (str(path.relative_to(ROOT)), name.name)
        for folder in ("interposer", "parsers")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        for name in node.names
        if name.name not in known
    }

    assert {path.split("/")[1] for path, _ in missing} <= {"cli", "broker"}
    assert not {path for path, _ in missing if path.startswith("interposer/broker") and "worker" not in path}
