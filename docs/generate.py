"""Regenerates what is generated: the rules' schema, the pages of the tools, the output shown in the documents.

    python docs/generate.py            writes
    python docs/generate.py --check    writes nothing; names what is out of date, exit status 1

A fenced block `console` holds commands, `$ ` in front, with their output. The blocks of one page run in order in one
throw-away place: HOME, state and configuration of their own, a small git repository as current folder, a terminal of 80
columns. A `toml` block whose first line is `# file: PATH` is written there first. Ids, times, durations and the
place's own path are replaced by fixed ones.
"""

import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

from interposer.cli.coverage import grammars
from interposer.cli.rules import meaning
from interposer.rulebook import Rule, Rulebook, schema
from interposer.rulebook.model import Ambient
from interposer_argv.grammar import Grammar, Option

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "docs/architecture.md", "docs/policies.md", "docs/writing-rules.md")
"""Documents with output in them."""
COLUMNS = 80
_BLOCK = re.compile(r"^```console\n(.*?)^```$|^```toml\n# file: (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MASKS = (
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b"), "01JD8QZ5V3N4W6X7Y8Z9A0B1C2"),
    (re.compile(r"\b01[0-9A-HJKMNP-TV-Z]{2,6}…[0-9A-HJKMNP-TV-Z]*"), "01JD8R…9F2C"),
    (re.compile(r"\b20\d\d-\d\d-\d\d\b"), "2026-01-31"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "12:04:51"),
    (re.compile(r"[ \d]{4}\d\.\d ms"), "   0.9 ms"),
)


@dataclass(frozen=True, slots=True)
class World:
    """The throw-away place that the blocks of one page run in."""

    base: Path

    @property
    def project(self) -> Path:
        """The current folder."""
        return self.base / "proj"

    @property
    def environ(self) -> dict[str, str]:
        """Nothing of the caller's own environment counts."""
        own = {"HOME": "home", "XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config", "XDG_RUNTIME_DIR": "run"}
        places = {name: str(self.base / folder) for name, folder in own.items()}
        path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
        git = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "u", "GIT_AUTHOR_EMAIL": "u@example.org"}
        git |= {"GIT_COMMITTER_NAME": "u", "GIT_COMMITTER_EMAIL": "u@example.org"}
        screen = {
            "COLUMNS": str(COLUMNS),
            "LINES": "24",
            "TERM": "dumb",
            "NO_COLOR": "1",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }
        return {**places, "PATH": path, **git, **screen}

    def make(self) -> None:
        """Lay out the folders and a repository of two commits' worth of nothing much."""
        for name in ("home", "state", "config", "run", "proj"):
            (self.base / name).mkdir(mode=0o700)
        (self.project / "app.py").write_text("def main():\n    return 0\n")
        for words in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-q", "-m", "first")):
            subprocess.run(["git", *words], cwd=self.project, env=self.environ, check=True)  # noqa: S607 - git as found

    def run(self, line: str) -> str:
        """What a terminal shows of the command, masked."""
        leader, follower = pty.openpty()
        ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
        subprocess.run(
            ["setsid", "--fork", "/bin/bash", "-c", line],  # noqa: S607 - an orphan: no agent that started us is above it
            check=True,
            cwd=self.project,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=follower,
            stderr=follower,
        )
        os.close(follower)
        shown = _read(leader)
        text = shown.decode("utf-8", "replace").replace("\r\n", "\n")
        return _masked(re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text).replace(str(self.base), "/home/u"))


def _read(leader: int) -> bytes:
    pieces = []
    while True:
        if not select.select([leader], [], [], 120)[0]:
            raise TimeoutError("a command of a document does not end")
        try:
            piece = os.read(leader, 65536)
        except OSError:  # EIO: the last holder of the terminal has gone
            piece = b""
        if not piece:
            os.close(leader)
            return b"".join(pieces)
        pieces.append(piece)


def _masked(text: str) -> str:
    for pattern, fixed in _MASKS:
        text = pattern.sub(fixed, text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def regenerated(text: str) -> str:
    """The page with the output of each command as it is now."""
    with tempfile.TemporaryDirectory(prefix="d", dir="/tmp") as folder:
        world = World(Path(folder))
        world.make()
        return _BLOCK.sub(lambda found: _block(world, found), text)


def _block(world: World, found: re.Match[str]) -> str:
    if found[2]:
        path = world.project / found[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found[3])
        return found[0]
    shown = []
    for line in found[1].splitlines():
        if line.startswith("$ "):
            shown += [line, *world.run(line[2:]).splitlines()]
    return "\n".join(["```console", *shown, "```"])


HARMLESS = frozenset({"text", "number", "stat", "read", "dir", "rest", "url", "host", "secret", "permissions"})
"""Slot kinds that the pages of the tools leave out: such options are listed, and do nothing by themselves."""


def tool_page(rule: Rule) -> str:
    """The page of one tool: what can do harm, with the source of each claim."""
    state = "complete" if rule.complete else "not complete: unlisted options are taken as harmless text"
    checked = "compared with the tool itself" if rule.verified else "written from the manual"
    lines = [f"# {rule.tool}: {rule.summary}", ""]
    lines += [f"Source: {rule.manual or 'none named'}; {checked}. Grammar: {rule.grammar.style}, {state}."]
    lines += [f"Other names: {', '.join(f'`{name}`' for name in rule.names)}."] if rule.names else []
    lines += ["Generated from the rule file; options that only take data are left out here.", ""]
    for path, grammar in grammars(rule.grammar):
        lines += _grammar(rule.tool, path, grammar)
    for title, entries in (("Environment", rule.env), ("Configuration keys", rule.config)):
        lines += _section(f"## {title}", [(name, one) for name, one in entries])
    if rule.ambient:
        lines += ["## Configuration that it reads by itself", ""]
        lines += [_ambient(one) for one in rule.ambient] + [""]
    spawned = ", ".join(f"`{name}`" for name in rule.spawns) or "none"
    lines += [f"Children that are its job: {spawned}.", ""]
    if rule.examples:
        lines += ["## Examples", ""]
        for example in rule.examples:
            lines += [f"- `` {example.line} ``: " + ("; ".join(example.does) or "nothing")]
        lines += [""]
    return "\n".join(lines)


def _ambient(one: Ambient) -> str:
    keys = f"; for every command only {', '.join(f'`{key}`' for key in one.keys)}" if one.keys else ""
    return f"- `{one.path}` ({one.format}){keys}"


def _grammar(tool: str, path: tuple[str, ...], grammar: Grammar) -> list[str]:
    options = {id(one): one for one in grammar.options.values()}
    rows = [(", ".join(one.names), one) for one in options.values() if _counts(one)]
    operands = meaning(grammar.operands)
    does = ", ".join(f"{one.effect}{':' + one.detail if one.detail else ''}" for one in grammar.does)
    told = [f"Operands: {_code(operands)}.", ""] if operands != "-" else []
    told += [f"The call itself: {_code(does)}.", ""] if does else []
    if path and not rows and not does:
        return []
    return [f"## {' '.join((tool, *path))}", "", *told, *_section("", rows)]


def _counts(option: Option) -> bool:
    kinds = {slot.kind for slot in option.slots} | {slot.kind for when in option.when for slot in when.slots}
    return bool(kinds - HARMLESS or option.does or option.makes)


def _section(title: str, rows: list[tuple[str, Option]]) -> list[str]:
    if not rows:
        return []
    head = [title, ""] if title else []
    table = [f"| {_code(name)} | {_code(meaning(one))} | {_cell(one.note)} |" for name, one in rows]
    return [*head, "| name | values and effects | source |", "|---|---|---|", *table, ""]


def _code(text: str) -> str:
    return f"`{_cell(text)}`" if text else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def index_page(rules: list[Rule]) -> str:
    """The list of all tools."""
    lines = ["# What interposer knows of each tool", ""]
    lines += [
        "One page a tool, generated from `rules/` by `make docs`; the format is described in",
        "`rules/README.md`.",
        "",
    ]
    lines += ["| tool | what it is | grammar |", "|---|---|---|"]
    for rule in rules:
        state = "complete" if rule.complete else "open"
        lines.append(f"| [{rule.tool}]({rule.tool}.md) | {_cell(rule.summary)} | {state} |")
    return "\n".join([*lines, ""])


def rule_files() -> dict[Path, str]:
    """Every generated file about the rules with what should stand in it."""
    book = Rulebook.open([ROOT / "rules"])
    rules = [rule for name in book.tools() if (rule := book.find(name)) is not None]
    pages = {ROOT / "docs" / "rules" / f"{rule.tool}.md": tool_page(rule) for rule in rules}
    pages[ROOT / "docs" / "rules" / "README.md"] = index_page(rules)
    pages[ROOT / "rules" / "schema.json"] = json.dumps(schema(), indent=2) + "\n"
    return pages


def stray_pages(pages: dict[Path, str]) -> list[Path]:
    """Pages of tools that have no rule any more."""
    return [path for path in sorted((ROOT / "docs" / "rules").glob("*.md")) if path not in pages]


def out_of_date() -> Iterator[tuple[Path, str]]:
    """Files that are not as they should be, with what should stand in them."""
    for path, text in rule_files().items():
        if not path.is_file() or path.read_text("utf-8") != text:
            yield path, text
    for name in PAGES:
        path = ROOT / name
        if (text := regenerated(path.read_text("utf-8"))) != path.read_text("utf-8"):
            yield path, text


def main() -> int:
    """Write, or with `--check` only say what would be written."""
    check = "--check" in sys.argv[1:]
    (ROOT / "docs" / "rules").mkdir(exist_ok=True)
    changed = list(out_of_date())
    stray = stray_pages(rule_files())
    for path, text in changed:
        print(path.relative_to(ROOT))
        if not check:
            path.write_text(text, "utf-8")
    for path in stray:
        print(f"{path.relative_to(ROOT)}: no rule")
        if not check:
            path.unlink()
    return 1 if check and (changed or stray) else 0


if __name__ == "__main__":
    sys.exit(main())
