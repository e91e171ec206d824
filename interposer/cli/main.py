"""The command `interposer`: picks the verb and imports only that."""

import argparse
import os
import sys
from importlib import import_module

from interposer import __version__
from interposer.errors import InterposerError

VERBS = {
    "run": "start an agent under interposer",
    "check": "ask what would be decided, change nothing",
    "explain": "the tree from command to verdict",
    "log": "read the audit log",
    "rules": "list, show, test and draft tool rules",
    "policy": "show, test and lint policies",
    "env": "print the exports that put a shell under interposer",
    "install": "install permanent shims",
    "uninstall": "remove what install wrote",
    "doctor": "prove each layer live",
    "completion": "print a completion script for your shell",
    "approve": "approve a pending request (later version)",
    "refuse": "refuse a pending request (later version)",
    "pending": "list pending requests (later version)",
    "setup": "connect an agent's own hooks (later version)",
    "hook": "answer an agent's hook (later version)",
}
"""Every verb with its one-line help; each is `interposer.cli.<verb>`, but for `LATER`."""
LATER = frozenset({"approve", "refuse", "pending", "setup", "hook"})
"""Verbs of the contract that this version does not have."""
EXIT_USAGE = 2


def parser(verb: str = "") -> argparse.ArgumentParser:
    """The argument parser; only `verb` gets its own options, so that no other module is imported."""
    top = argparse.ArgumentParser(
        prog="interposer",
        description="Stand between an AI agent and every command it runs: read, judge, log.",
        epilog="Errors carry a code (IP-nn): docs/errors.md says cause and remedy.",
    )
    top.add_argument("--version", action="version", version=f"interposer {__version__}")
    subs = top.add_subparsers(dest="verb", metavar="VERB [OPTION]", title="verbs", required=True)
    for name, summary in VERBS.items():
        text = summary[0].upper() + summary[1:] + "."
        sub = subs.add_parser(
            name, help=summary, description=text, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name == verb and name not in LATER:
            module = import_module(f"interposer.cli.{name}")
            module.configure(sub)
            sub.epilog = module.EPILOG
            sub.set_defaults(run=module.run)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run the command line; the exit status."""
    words = sys.argv[1:] if argv is None else argv
    verb = next((word for word in words if not word.startswith("-")), "")
    try:
        if verb in LATER:
            return _later(verb)
        arguments = parser(verb).parse_args(words)
        return int(arguments.run(arguments))
    except InterposerError as error:
        print(f"interposer: {error.code}: {error}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return EXIT_USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _later(verb: str) -> int:
    print(f"interposer: IP-19: `{verb}` is not part of this version", file=sys.stderr)
    return EXIT_USAGE
