"""Prove each layer live: start a command that must be refused in every way that agents use, and say what got by."""

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from interposer.errors import BrokerError
from interposer.request import Layer

if TYPE_CHECKING:
    from interposer.supervise.probing import Protection

SUMMARY = "prove each layer live"
EPILOG = """\
Runs a command that must be refused, and harms nothing where it is not, in
every way that known agents start one. Exit status: 1 where a layer let one
through that it claims to see. `not covered` with layer `-` is a known gap.
"""
CANARY = ("find", "/", "-maxdepth", "0", "-exec", "sh", "-c", "true", ";")
"""Refused by every policy that enforces, and does nothing where it is not."""
_EXEC_LAYER = "only the exec layer sees this: interposer run --layers exec"
_LOGIN = "start the agent with a shell whose login files keep PATH, or have it use $SHELL"
State = Literal["refused", "not covered", "not there"]


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to start a command.

    Attributes:
        layer: what should see it, "" where only the exec layer can.
        remedy: what to do where it is not covered.
    """

    id: str
    argv: tuple[str, ...]
    layer: str
    remedy: str
    stdin: str = ""
    env: str = ""
    how: str = "spawn"


@dataclass(frozen=True, slots=True)
class Finding:
    """How a shape ended."""

    id: str
    state: State
    layer: str
    shape: str
    remedy: str


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `doctor`."""
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument(
        "--layers", default="auto", metavar="auto|LIST", help="layers of the session that is tried, as for `run`"
    )


def run(args: argparse.Namespace) -> int:
    """Run all shapes; 0 where all that a layer claims to see was refused, 1 where one of them got by."""
    from interposer.cli.run import live_layers  # noqa: PLC0415 - the other verbs load nothing of it
    from interposer.supervise.probing import probe  # noqa: PLC0415 - as above

    layers = live_layers(args.layers)
    shapes = tuple(_shapes(shutil.which(CANARY[0]) or "/usr/bin/find"))
    if "exec" in layers:
        shapes = tuple(shape if shape.layer else replace(shape, layer="exec") for shape in shapes)
    findings = [*_in_session(shapes, layers), _without_broker()]
    protections = probe()
    broken = [one for one in findings if one.state == "not covered" and one.layer]
    if args.json:
        told = {
            "findings": [asdict(one) for one in findings],
            "protections": [asdict(one) for one in protections],
            "broken": [one.id for one in broken],
        }
        print(json.dumps(told))
    else:
        _show(findings)
        _show_protections(protections)
        print("layers tried: " + ", ".join(sorted(layers)) + "; what says `-` is not covered by them.")
    return 1 if broken else 0


def _shapes(tool: str) -> Iterator[Shape]:
    line, absolute = shlex.join(CANARY), shlex.join((tool, *CANARY[1:]))
    yield Shape("path-shim", CANARY, "path", "reinstall: the shim is not first on PATH")
    yield Shape("exec-by-name", CANARY, "path", "reinstall: the shim is not first on PATH", how="exec")
    yield Shape("wrapper-shell", ("bash", "-c", line), "shell", "reinstall: the wrapper shell is not first on PATH")
    yield Shape("absolute-in-script", ("bash", "-c", absolute), "shell", "report this: the shell layer read it wrongly")
    yield Shape("script-on-stdin", ("bash",), "shell", "report this: the feeder let it through", stdin=line + "\n")
    yield Shape("login-shell", ("bash", "-lc", line), "shell", "report this: the shell layer read it wrongly")
    yield Shape("env-i", ("env", "-i", *CANARY), "path", "report this: the rule of env read it wrongly")
    yield Shape(
        "absolute-shell", ("/bin/bash", "-c", line), "path", "the agent's shell is not interposed; its tools are"
    )
    yield Shape("absolute-login-shell", ("/bin/bash", "-lc", line), "", _LOGIN)
    yield Shape("absolute-tool", (tool, *CANARY[1:]), "", _EXEC_LAYER)
    yield Shape("python-execv", (tool, *CANARY[1:]), "", _EXEC_LAYER, how="exec")
    yield Shape("empty-environment", CANARY, "", _EXEC_LAYER, env="empty", how="exec")
    yield from _agent_shapes(line)


def _agent_shapes(line: str) -> Iterator[Shape]:
    """What known agents do, as far as it is a plain shape; their wrappings of text are judged by `bash -c` above."""
    from interposer.agents import AGENTS  # noqa: PLC0415 - the other verbs load nothing of it

    for agent in AGENTS:
        for number, spawn in enumerate(agent.spawns):
            words = spawn.split()
            if (
                "TEXT" not in words
                or "WRAPPER" in words
                or words[0] not in {"SHELL", "$SHELL", "bash", "/bin/bash", "/bin/sh"}
            ):
                continue
            named = words[0] in {"SHELL", "$SHELL"}
            head = "interposer-shell" if named else words[0]
            argv = (head, *(line if word == "TEXT" else word for word in words[1:]))
            login = any(word.startswith("-") and "l" in word for word in words[1:-1])
            layer = "shell" if not head.startswith("/") else "" if login else "path"
            yield Shape(f"{agent.name}-{number}", argv, layer, _LOGIN if login else _EXEC_LAYER)


def _in_session(shapes: tuple[Shape, ...], layers: frozenset[Layer]) -> list[Finding]:
    """Ask a real session, with the policy that agents get."""
    package = Path(__file__).resolve().parent.parent
    boot = [sys.executable, "-c", "import sys; from interposer.cli.main import main; sys.exit(main())", "run"]
    boot += ["--agent", "doctor", "--context", "chat", "--policy", "default"]
    boot += ["--layers", ",".join(sorted(layers)), "--"]
    probe = [str(Path(sys.executable).resolve()), "-I", "-S", str(package / "broker/probe.py")]
    told = json.dumps([asdict(shape) for shape in shapes])
    done = subprocess.run([*boot, *probe], input=told, capture_output=True, text=True, check=False)
    try:
        results = {one["id"]: one for one in json.loads(done.stdout)}
    except ValueError as error:
        raise BrokerError("no session can be opened", code="IP-60", hint=done.stderr.strip()[-400:]) from error
    return [_finding(shape, results[shape.id]) for shape in shapes]


def _finding(shape: Shape, result: dict[str, object]) -> Finding:
    shown = shlex.join(shape.argv) + (" < script" if shape.stdin else "") + (" (no environment)" if shape.env else "")
    refused = result["status"] == 126 and "interposer:" in str(result["said"])  # noqa: PLR2004 - the contract's status
    refused = refused or (bool(shape.stdin) and "interposer: denied" in str(result["said"]))
    absent = result["status"] in {-1, 127} and "interposer:" not in str(result["said"])
    state: State = "refused" if refused else "not there" if absent else "not covered"
    return Finding(shape.id, state, shape.layer, shown, "" if refused else shape.remedy)


def _without_broker() -> Finding:
    """A shim whose broker is gone must refuse the canary by itself."""
    from interposer.broker.folder import Cold, make_folder  # noqa: PLC0415 - the other verbs load nothing of it
    from interposer.paths import config_dir, ensure_private_dir, runtime_dir, state_dir  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory(dir=ensure_private_dir(runtime_dir())) as made:
        cold = Cold(state=str(state_dir()), config=str(config_dir()))
        folder = make_folder(Path(made) / "x", CANARY[:1], cold)
        done = subprocess.run(
            [str(folder.bin / CANARY[0]), *CANARY[1:]],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    shape = Shape("broker-lost", CANARY, "path", f"the cold path does not decide: {done.stderr.strip()[-200:]}")
    return _finding(shape, {"status": done.returncode, "said": done.stderr})


def _show(findings: list[Finding]) -> None:
    width = max(len(one.id) for one in findings)
    for one in findings:
        print(f"{one.state:<12} {one.id:<{width}}  {one.layer or '-':<6} {one.shape}")
        if one.remedy and one.state == "not covered":
            print(f"{'':<12} {'':<{width}}         {one.remedy}")


def _show_protections(protections: "tuple[Protection, ...]") -> None:
    print("\nthe exec layer (interposer run --layers exec) on this kernel:")
    for one in protections:
        print(f"{'missing' if one.missing else 'there':<12} {one.id:<7} {one.gives}")
        if one.missing:
            weaker = "no exec layer" if one.needed else "the exec layer is weaker"
            print(f"{'':<12} {'':<7} {one.missing}: {weaker}")
