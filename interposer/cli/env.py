"""Print the exports that put the calling shell under interposer: `eval "$(interposer env)"`, like ssh-agent."""

import argparse
import os
import shlex
from pathlib import Path

from interposer.cli.run import configure_context
from interposer.errors import BrokerError

SUMMARY = "print the exports that put a shell under interposer"
EPILOG = """\
Starts the per-user broker where it does not run, and opens a session for the
calling shell.

example:
  eval "$(interposer env --agent my-agent)"
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `env`."""
    parser.add_argument(
        "--agent", default="", metavar="NAME", help="who works in this shell (a claim, and recorded as one)"
    )
    configure_context(parser)
    parser.add_argument(
        "--policy",
        default="",
        choices=("", "default", "ci", "strict", "observe"),
        metavar="NAME",
        help="default, ci, strict or observe (default: by context)",
    )


def run(args: argparse.Namespace) -> int:
    """Start the per-user broker where it does not run, open a session, print PATH and SHELL."""
    from interposer.broker.client import send_control  # noqa: PLC0415 - the other verbs load nothing of it
    from interposer.broker.inside import refuse_inside, stands_inside  # noqa: PLC0415 - as above
    from interposer.broker.resident import resident_socket, start_resident  # noqa: PLC0415 - as above

    if stands_inside():
        return refuse_inside("env")
    path = os.environ.get("PATH", os.defpath)
    asked = {"op": "open", "agent": args.agent, "context": args.context, "policy": args.policy}
    answer = send_control(
        start_resident(resident_socket()), {**asked, "environ": dict(os.environ), "cwd": str(Path.cwd())}
    )
    if "bin" not in answer:
        raise BrokerError("the per-user broker opened no session", code="IP-60")
    print(f"export PATH={shlex.quote(answer['bin'] + ':' + path)};")
    print(f"export SHELL={shlex.quote(answer['shell'])};")
    print(f"echo interposer session {shlex.quote(answer['sid'])};")
    return 0
