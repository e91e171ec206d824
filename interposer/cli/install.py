"""Install permanent shims in a folder of the user's choice; what is written is listed, and `uninstall` removes it."""

import argparse
import json
import os
import shlex
from pathlib import Path

from interposer.errors import UsageError

SUMMARY = "install permanent shims"
EPILOG = """\
The shims talk to the per-user broker and start it where it does not run. Put
their folder in front of an agent's PATH, not of your own; `interposer
uninstall` removes what was written.

example:
  interposer install --dir ~/agent-tools git go find tar
"""
LIST = "installed.json"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `install`."""
    parser.add_argument("--dir", default="", metavar="DIR", help="where (default: ~/.local/share/interposer)")
    parser.add_argument("tools", nargs="*", metavar="TOOL", help="names (default: all that rules know and PATH has)")


def run(args: argparse.Namespace) -> int:
    """Write DIR/bin/TOOL, DIR/cold, DIR/login and the link DIR/s.sock to the per-user broker."""
    from interposer.broker.folder import Cold, make_folder, names_on_path  # noqa: PLC0415 - the other verbs load nothing of it
    from interposer.broker.inside import refuse_inside, stands_inside  # noqa: PLC0415 - as above
    from interposer.broker.judging import tool_names  # noqa: PLC0415 - as above
    from interposer.broker.resident import resident_socket  # noqa: PLC0415 - as above
    from interposer.broker.tools import Tools  # noqa: PLC0415 - as above
    from interposer.guard import open_guard  # noqa: PLC0415 - as above
    from interposer.paths import config_dir, state_dir  # noqa: PLC0415 - as above

    if stands_inside():
        return refuse_inside("install")
    into = install_dir(args.dir)
    if into.exists() and any(into.iterdir()) and not (into / LIST).exists():
        raise UsageError(f"`{into}` holds something else", code="IP-11", hint="name an empty folder with --dir")
    path, resident = os.environ.get("PATH", os.defpath), resident_socket()
    names = names_on_path(args.tools or tool_names(open_guard()), path, Tools())
    cold = Cold(state=str(state_dir()), config=str(config_dir()), resident=str(resident))
    folder = make_folder(into, names, cold)
    link = folder.socket.with_name(f".s.sock.{os.getpid()}")
    link.symlink_to(resident)
    link.replace(folder.socket)
    written = sorted(
        str(one.relative_to(into)) for one in (*folder.bin.iterdir(), folder.cold, folder.login, folder.socket)
    )
    (into / LIST).write_text(json.dumps(written, indent=1) + "\n")
    print(f"{len(names)} tools in {folder.bin}; all that was written is listed in {into / LIST}")
    print("Put this in front of the agent's PATH, not of your own:")
    print(f"  export PATH={shlex.quote(str(folder.bin))}:$PATH SHELL={shlex.quote(str(folder.shell))}")
    return 0


def install_dir(named: str) -> Path:
    """The folder that `--dir` names, or the default one."""
    return Path(named).absolute() if named else Path.home() / ".local/share/interposer"
