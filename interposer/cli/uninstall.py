"""Remove what `install` wrote, and nothing else."""

import argparse
import contextlib
import json
from pathlib import Path

from interposer.cli.install import LIST, install_dir
from interposer.errors import UsageError

SUMMARY = "remove what install wrote"
EPILOG = """\
Only files on the list that `install` wrote are removed, and the folders only
where they are empty then.

example:
  interposer uninstall --dir ~/agent-tools
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of `uninstall`."""
    parser.add_argument(
        "--dir", default="", metavar="DIR", help="the folder given to install (default: ~/.local/share/interposer)"
    )


def run(args: argparse.Namespace) -> int:
    """Remove the listed files, then the folders that are empty."""
    from interposer.broker.inside import refuse_inside, stands_inside  # noqa: PLC0415 - the other verbs load nothing of it

    if stands_inside():
        return refuse_inside("uninstall")
    folder = install_dir(args.dir)
    for name in (*_listed(folder), LIST):
        (folder / name).unlink(missing_ok=True)
        print(folder / name)
    with contextlib.suppress(OSError):
        (folder / "bin").rmdir()
        folder.rmdir()
    return 0


def _listed(folder: Path) -> list[str]:
    try:
        names = json.loads((folder / LIST).read_text())
    except (OSError, ValueError) as error:
        raise UsageError(
            f"`{folder}` has no list of installed files", code="IP-11", hint="name it with --dir"
        ) from error
    if not isinstance(names, list) or not all(isinstance(name, str) and _is_plain(name) for name in names):
        raise UsageError(f"`{folder / LIST}` names files outside its folder", code="IP-11")
    return names


def _is_plain(name: str) -> bool:
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)
