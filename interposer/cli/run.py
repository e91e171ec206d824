"""Start a command, mostly an agent, in a session of its own: every tool that it calls by name is judged first."""

import argparse
import os
import sys
from pathlib import Path
from typing import get_args

from interposer.errors import ExecError, UsageError
from interposer.request import Context, Layer

SUMMARY = "start an agent under interposer"
EPILOG = """\
The session lasts as long as anything that CMD started. Exit status: that of
CMD, 128 + n where signal n ended it, 126 where it may not or cannot run, 127
where it is not found, 2 where no session can be opened.

examples:
  interposer run -- codex                         an agent known by its program
  interposer run --agent my-agent -- ./agent.py   one that is not
  interposer run --policy observe -- claude       decide and log, stop nothing
  interposer run                                  a shell of your own
"""
BUILT: frozenset[Layer] = frozenset({"shell", "path"})
"""Layers that every session has."""
BY_REQUEST: frozenset[Layer] = frozenset({"exec"})
"""Layers that a session has where it is asked for them, and the kernel has what they need."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `run`."""
    parser.add_argument(
        "--agent",
        default="",
        metavar="NAME",
        help="who is started, where it cannot be seen (a claim, and recorded as one)",
    )
    configure_context(parser)
    parser.add_argument(
        "--policy", default="", metavar="NAME|FILE", help="policy (default: `ci` in context ci, else `default`)"
    )
    parser.add_argument(
        "--layers",
        default="auto",
        metavar="auto|LIST",
        help="layers that must be live: exec adds every execve (default: auto, which is shell,path)",
    )
    parser.add_argument(
        "command", nargs="*", metavar="CMD", help="the command, after -- (default: an interactive bash)"
    )


def configure_context(parser: argparse.ArgumentParser) -> None:
    """Add `--context` of the verbs that open a session."""
    parser.add_argument(
        "--context",
        default="",
        choices=("", *get_args(Context)),
        metavar="KIND",
        help="where (default: derived): " + ", ".join(get_args(Context)),
    )


def run(args: argparse.Namespace) -> int:
    """Run the command; its exit status, 128 + n where signal n ended it."""
    from interposer.broker.inside import refuse_inside, stands_inside  # noqa: PLC0415 - the other verbs load nothing of it

    layers = live_layers(args.layers)
    command = tuple(args.command) or ("bash", "-i")
    if stands_inside():
        if args.agent or args.context or args.policy:
            return refuse_inside("run")
        if layers & BY_REQUEST:
            raise ExecError(
                "layer `exec` is required and one process tree can have one supervisor (EBUSY)",
                code="IP-91",
                hint="this stands inside a session already, whose layers remain; leave --layers out",
            )
        return _run_plainly(command)
    from interposer.agents import AGENTS  # noqa: PLC0415 - as above
    from interposer.broker.launch import Launch, launch  # noqa: PLC0415 - as above
    from interposer.broker.opening import Surroundings, wire_session  # noqa: PLC0415 - as above
    from interposer.broker.wiring import Opening  # noqa: PLC0415 - as above
    from interposer.paths import ensure_private_dir, runtime_dir  # noqa: PLC0415 - as above

    if layers & BY_REQUEST:
        from interposer.supervise.probing import probe, required  # noqa: PLC0415 - as above

        required(probe())
    environ = dict(os.environ)
    around = Surroundings(environ, str(Path.cwd()), os.getppid(), AGENTS)
    runtime = ensure_private_dir(runtime_dir(environ))
    ensure_private_dir(runtime / "s")
    opening = Opening(command, args.agent, args.context, _policy(args.policy), layers)
    return launch(Launch(opening, runtime, environ), lambda asked: wire_session(asked, around))


def live_layers(asked: str) -> frozenset[Layer]:
    """The layers of the session.

    Raises:
        UsageError: one that this version cannot bring up is asked for.
    """
    if asked == "auto":
        return BUILT
    names = frozenset(name.strip() for name in asked.split(",") if name.strip())
    for name in sorted(names):
        if name not in get_args(Layer):
            raise UsageError(f"`{name}` is no layer", hint="layers: " + ", ".join(sorted(BUILT | BY_REQUEST)))
        if name not in BUILT | BY_REQUEST:
            raise UsageError(f"layer `{name}` is required and this version does not have it", hint="use --layers auto")
    return BUILT | (BY_REQUEST if names & BY_REQUEST else frozenset())


def _policy(name: str) -> str:
    """A policy file is pinned by its absolute path."""
    return str(Path(name).absolute()) if "/" in name else name


def _run_plainly(command: tuple[str, ...]) -> int:
    """Inside a session the command is judged by that session already: there is nothing to add."""
    try:
        os.execvp(command[0], command)  # noqa: S606 - starting it is the point
    except FileNotFoundError:
        print(f"interposer: {command[0]}: command not found", file=sys.stderr)
        return 127
    except OSError as error:
        print(f"interposer: {command[0]}: {error.strerror}", file=sys.stderr)
        return 126
