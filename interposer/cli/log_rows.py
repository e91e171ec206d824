"""How records look to a person: rows that fit the terminal, and every field of one record.

Colour repeats what a word says. Into a pipe nothing is cut and nothing is coloured. Control characters of a logged
command are shown as `?`: reading the log must not steer the reader's terminal.
"""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from interposer.audit.canonical import Record, Value
from interposer.audit.segment import Entry

_CONTEXT, _LAYER, _VERDICT, _TOOK = 7, 5, 5, 8
_AGENT_MOST, _NOTE_MOST = 14, 22
_LINE_IN_PIPE = 46
_LINE_LEAST = 20
"""On a terminal, what the command keeps before columns behind it are left out."""
_COLOURS = {"deny": "red", "ask": "yellow", "gap": "magenta"}


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of `tail`."""

    time: int
    agent: str = ""
    context: str = ""
    layer: str = ""
    verdict: str = ""
    line: str = ""
    note: str = ""
    took: str = ""
    id: str = ""


@dataclass(slots=True)
class SessionRow:
    """One session as the log tells it."""

    sid: str
    opened: int = 0
    closed: bool = False
    agent: str = ""
    assurance: str = ""
    context: str = ""
    project: str = ""
    counts: dict[str, int] = field(default_factory=lambda: {"allow": 0, "ask": 0, "deny": 0})

    @property
    def facts(self) -> Record:
        """For `--json`."""
        return {
            "sid": self.sid, "opened": self.opened, "closed": self.closed, "agent": self.agent,
            "assurance": self.assurance, "context": self.context, "project": self.project, "counts": dict(self.counts),
        }  # fmt: skip

    @property
    def text(self) -> str:
        """For a person."""
        counts = "  ".join(f"{verdict} {count:<5}" for verdict, count in self.counts.items())
        who = f"{self.agent or '?'}, {self.assurance or '?'}"
        state = "closed" if self.closed else "open  "
        opened = _clock(self.opened, date=True)
        return f"{self.sid:26}  {opened}  {who:24}  {self.context:7}  {state}  {counts}  {self.project}"


class Printer:
    """Writes rows to stdout, fitted to the terminal where there is one."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._day = ""
        self._agent, self._note = _AGENT_MOST, _NOTE_MOST
        if self._terminal:
            from rich.console import Console  # noqa: PLC0415 - a pipe needs none of it

            self._console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)

    def row(self, cells: Cells) -> None:
        """One row; a line with the date stands before the first of each day."""
        day = _day(cells.time)
        if self._terminal and day != self._day:
            self._day = day
            self._styled(day, "bright_black")
        text = self._fitted(cells)
        if self._terminal:
            self._styled(text, _COLOURS.get(cells.verdict, ""))
        else:
            print(text)

    def lines(self, lines: Iterable[str]) -> None:
        """Plain lines."""
        for line in lines:
            print(_shown(line))

    def json(self, value: Mapping[str, Value]) -> None:
        """One JSON object."""
        print(json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True))

    def fit(self, rows: Iterable[Cells]) -> None:
        """Set the widths of agent and note by the rows that come first."""
        known = list(rows)
        self._agent = min(_AGENT_MOST, max([5, *(len(cells.agent) for cells in known)]))
        self._note = min(_NOTE_MOST, max([0, *(len(cells.note) for cells in known)]))

    def _fitted(self, cells: Cells) -> str:
        clock = _clock(cells.time, date=not self._terminal)
        agent = _cut(cells.agent, self._agent) if self._terminal else _shown(cells.agent)
        context = _shown(cells.context)
        known = f"{agent:{self._agent}}  {context:{_CONTEXT}}  {cells.layer:{_LAYER}}  {cells.verdict:{_VERDICT}}"
        before = f"{clock}  {known}  "
        line = _shown(cells.line)
        cut = _cut(cells.note, self._note) if self._terminal else _shown(cells.note)
        note, took = f"  {cut:{self._note}}", f"  {cells.took:>{_TOOK}}"
        if not self._terminal:
            return f"{before}{line:{_LINE_IN_PIPE}}{note}{took}  {cells.id if cells.note else ''}".rstrip()
        if not cells.layer and not cells.note:
            return f"{before}{line}".rstrip()
        room = shutil.get_terminal_size().columns - len(before)
        behind = [note, f"  {_short(cells.id) if cells.note else ' ' * len(_short(cells.id))}", took]
        while behind and room - sum(map(len, behind)) < _LINE_LEAST:
            behind.pop()
        after = "".join(part for part in (note, took, behind[1] if len(behind) > 1 else "") if part in behind)
        return f"{before}{_sized(line, room - len(after))}{after}".rstrip()

    def _styled(self, text: str, style: str) -> None:
        from rich.text import Text  # noqa: PLC0415 - as above

        self._console.print(Text(text, style=style), no_wrap=True, overflow="ellipsis", crop=True)


def row(record: Record) -> Cells | None:
    """The row of a record, None for those that only complete another (`exit`)."""
    who, where, sid = _table(record, "who"), _table(record, "where"), _text(record, "sid")
    base = Cells(_number(record, "time"), _text(who, "agent"), _text(where, "context"), id=_text(record, "id"))
    match record.get("kind"):
        case "decision":
            return _decision_row(record, base)
        case "session.open":
            argv = _table(record, "session").get("argv")
            words = " ".join(str(word) for word in argv) if isinstance(argv, list) else ""
            return replace(base, line=f"session {sid} opened  {words}")
        case "session.close":
            counts = "  ".join(f"{key} {value}" for key, value in _table(record, "counts").items())
            return replace(base, line=f"session {sid} closed  {counts}")
        case "gap":
            cause = _text(_table(record, "gap"), "cause")
            return replace(base, verdict="gap", line="the log has a gap", note=f"! {cause}")
        case "spool.merged":
            merged = _number(_table(record, "spool"), "merged")
            return replace(base, line=f"{merged} decisions taken in that were made without a broker")
        case _:
            return None


def session_rows(entries: Iterable[Entry]) -> list[SessionRow]:
    """The sessions of the log, in the order of their first record."""
    found: dict[str, SessionRow] = {}
    for entry in entries:
        record = entry.record
        if sid := _text(record, "sid"):
            _count(found.setdefault(sid, SessionRow(sid, _number(record, "time"))), record)
    return list(found.values())


def details(record: Record, exited: Entry | None) -> Iterator[str]:
    """Every field of a record, one a line, with the end of the command where it is known."""
    yield f"{_text(record, 'kind')} {_text(record, 'id')}  {_clock(_number(record, 'time'), date=True)}"
    for key in ("who", "where", "what", "decision", "session", "counts", "gap", "spool", "full"):
        for name, value in _table(record, key).items():
            if value not in ("", [], None):
                yield from _field(f"{key}.{name}", value)
    if exited is not None:
        yield from _field("exit", _table(exited.record, "obs").get("exit"))
    for key in ("sid", "seq", "sseq", "sprev"):
        yield from _field(key, record.get(key))


def _decision_row(record: Record, base: Cells) -> Cells:
    what, decision = _table(record, "what"), _table(record, "decision")
    findings = what.get("findings")
    flags = [f"! {finding}" for finding in findings] if isinstance(findings, list) else []
    lineage = what.get("lineage")
    names = [str(name) for name in lineage] if isinstance(lineage, list) else []
    us = _number(decision, "us")
    return replace(
        base,
        layer=_text(what, "layer"),
        verdict=_text(decision, "verdict"),
        line=" > ".join([*names, _text(what, "line")]),
        note=" ".join([_text(decision, "rule"), *flags]).strip(),
        took=f"{us / 1000:.1f} ms",
    )


def _count(session: SessionRow, record: Record) -> None:
    match record.get("kind"):
        case "session.open":
            who, where = _table(record, "who"), _table(record, "where")
            session.agent, session.assurance = _text(who, "agent"), _text(who, "assurance")
            session.context, session.project = _text(where, "context"), _text(where, "project")
        case "session.close":
            session.closed = True
        case "decision":
            verdict = _text(_table(record, "decision"), "verdict")
            coalesced = _number(_table(record, "what"), "coalesced")
            session.counts[verdict] = session.counts.get(verdict, 0) + 1 + coalesced
        case _:
            pass


def _field(name: str, value: Value) -> Iterator[str]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        for item in value:
            yield from _field(name, " ".join(f"{key}={part}" for key, part in item.items()))
    elif isinstance(value, list):
        yield f"  {name:22} {' '.join(json.dumps(item, ensure_ascii=False) for item in value)}"
    else:
        yield f"  {name:22} {value}"


def _table(record: Mapping[str, Value], key: str) -> Mapping[str, Value]:
    value = record.get(key)
    return value if isinstance(value, dict) else {}


def _text(record: Mapping[str, Value], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _number(record: Mapping[str, Value], key: str) -> int:
    value = record.get(key)
    return value if isinstance(value, int) else 0


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else ("\u23ce" if letter == "\n" else "?") for letter in text)


def _cut(text: str, size: int) -> str:
    shown = _shown(text)
    return shown if len(shown) <= size else f"{shown[: size - 1]}\u2026"


def _short(name: str) -> str:
    return f"{name[:6]}\u2026{name[-4:]}"


def _sized(text: str, size: int) -> str:
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415 - a pipe needs none of it

    return set_cell_size(text, size) if cell_len(text) <= size else f"{set_cell_size(text, size - 1)}\u2026"


def _clock(micros: int, *, date: bool) -> str:
    when = datetime.fromtimestamp(micros // 1_000_000, UTC).astimezone()
    return when.strftime("%Y-%m-%d %H:%M:%S" if date else "%H:%M:%S")


def _day(micros: int) -> str:
    return _clock(micros, date=True)[:10]
