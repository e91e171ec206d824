"""`interposer log`: read the audit log; nothing here changes it."""

import argparse
import heapq
import itertools
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from interposer.audit.segment import Damage, Entry, last_entries, read, segments
from interposer.cli.log_rows import Printer, details, row, session_rows
from interposer.decision import Verdict
from interposer.errors import UsageError
from interposer.paths import state_dir

SUMMARY = "read the audit log"
EPILOG = """\
actions:
  tail       the newest records, a row each (default)
  show ID    every field of one record; a beginning of the id is enough
  sessions   a row a session, with its counts
  export     all records, one canonical JSON line each

Exit status: 1 where a segment of the log is damaged (IP-75 says where), else
0.

examples:
  interposer log tail -f --verdict deny
  interposer log show 01JD8R
  interposer log export --session 01JD8Q > session.jsonl
"""
_ACTIONS = ("tail", "show", "sessions", "export")
_LATER = frozenset({"verify", "prove", "bundle"})
_POLL = 0.25
_LINES = 20
_ULID = 26
_SLACK = 1_000_000
"""Microseconds by which a file's time may lag behind the records in it (the kernel's clock for files is coarse)."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the sub-verbs of `log` and their filters."""
    parser.add_argument(
        "action",
        nargs="?",
        default="tail",
        choices=[*_ACTIONS, *sorted(_LATER)],
        metavar="|".join(_ACTIONS),
        help="what to show (default: tail)",
    )
    parser.add_argument("id", nargs="?", default="", metavar="ID", help="show: the id of a record, or its beginning")
    parser.add_argument("--json", action="store_true", help="canonical records, one a line")
    parser.add_argument("--agent", default="", metavar="NAME", help="records of this agent only")
    parser.add_argument(
        "--verdict",
        default="",
        choices=("", *get_args(Verdict)),
        metavar="|".join(get_args(Verdict)),
        help="decisions with this verdict only",
    )
    parser.add_argument("--session", default="", metavar="SID", help="a session id or its beginning")
    parser.add_argument("--since", type=int, default=0, metavar="N", help="look at the newest N records only")
    parser.add_argument(
        "-n", type=int, default=_LINES, metavar="N", dest="lines", help=f"tail: so many (default {_LINES})"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="tail: go on as records come")


def run(args: argparse.Namespace) -> int:
    """Do what the sub-verb says; exit status 1 where the log is damaged."""
    if args.action in _LATER:
        raise UsageError(f"`log {args.action}` is not part of this version", code="IP-19")
    if args.action != "show" and args.id:
        raise UsageError(f"`log {args.action}` takes no id", hint="`interposer log show ID`")
    state = state_dir()
    match args.action:
        case "show":
            return _show(state, args)
        case "sessions":
            return _sessions(state, args)
        case "export":
            return _export(state, args)
        case _:
            return _tail(state, args)


def _tail(state: Path, args: argparse.Namespace) -> int:
    printer = Printer()
    places = {path.name: _size(path) for path in segments(state)}
    newest = list(itertools.islice(_wanted(_newest(state, args.since), args), max(args.lines, 0)))
    if newest and not args.follow:
        printer.fit(cells for entry in newest if (cells := row(entry.record)) is not None)
    for entry in reversed(newest):
        _emit(printer, entry, as_json=args.json)
    told = {entry.record.get("id") for entry in newest}
    while args.follow:
        time.sleep(_POLL)
        for entry in _wanted(_grown(state, places), args):
            if entry.record.get("id") not in told:
                _emit(printer, entry, as_json=args.json)
    return 0


def _show(state: Path, args: argparse.Namespace) -> int:
    if not args.id:
        raise UsageError("`log show` needs an id", hint="`interposer log tail` shows ids; a beginning is enough")
    found = list(itertools.islice(_matching(state, args.id), 2))
    if not found:
        raise UsageError(f"the log has no record `{args.id}`", code="IP-16")
    if len(found) > 1:
        raise UsageError(f"`{args.id}` begins more than one id", code="IP-16", hint="give more of it")
    if args.json:
        _write_line(found[0].line)
    else:
        Printer().lines(details(found[0].record, _exit_of(state, found[0])))
    return 0


def _sessions(state: Path, args: argparse.Namespace) -> int:
    damages: list[Damage] = []
    rows = session_rows(_filtered_sessions(read(state, damages.append), args))
    printer = Printer()
    if args.json:
        for one in rows:
            printer.json(one.facts)
    else:
        printer.lines(one.text for one in rows)
    return _report(damages)


def _export(state: Path, args: argparse.Namespace) -> int:
    damages: list[Damage] = []
    entries = read(state, damages.append)
    if args.since:
        keep = {(entry.segment, entry.offset) for entry in _newest(state, args.since)}
        entries = (entry for entry in entries if (entry.segment, entry.offset) in keep)
    for entry in _wanted(entries, args):
        _write_line(entry.line)
    return _report(damages)


def _newest(state: Path, since: int) -> Iterator[Entry]:
    """Records of all segments, newest first; `since` bounds how many are looked at."""
    return itertools.islice(_backward(state), since or None)


def _backward(state: Path) -> Iterator[Entry]:
    """A merge by time that opens a segment only when it could hold the next record: there may be thousands."""
    waiting = sorted((_modified(path) + _SLACK, path) for path in segments(state))
    open_ones: list[tuple[int, str, Entry, Iterator[Entry]]] = []
    while waiting or open_ones:
        while waiting and (not open_ones or waiting[-1][0] >= -open_ones[0][0]):
            _push(open_ones, last_entries(waiting.pop()[1]))
        if open_ones:
            _, _, entry, rest = heapq.heappop(open_ones)
            yield entry
            _push(open_ones, rest)


def _push(open_ones: list[tuple[int, str, Entry, Iterator[Entry]]], entries: Iterator[Entry]) -> None:
    if (entry := next(entries, None)) is not None:
        heapq.heappush(open_ones, (-_time(entry), entry.segment, entry, entries))


def _grown(state: Path, places: dict[str, int]) -> Iterator[Entry]:
    """What was appended behind `places`, which move on; a line that is still being written waits."""
    for path in segments(state):
        begin = places.get(path.name, 0)
        if _size(path) <= begin:
            continue
        new = list(itertools.takewhile(lambda entry, begin=begin: entry.offset >= begin, last_entries(path)))  # type: ignore[misc]  # mypy cannot infer a default argument
        for entry in reversed(new):
            places[path.name] = entry.offset + len(entry.line) + 1
            yield entry


def _wanted(entries: Iterator[Entry], args: argparse.Namespace) -> Iterator[Entry]:
    return (entry for entry in entries if _is_wanted(entry, args))


def _is_wanted(entry: Entry, args: argparse.Namespace) -> bool:
    record = entry.record
    who, decision = record.get("who"), record.get("decision")
    return (
        (not args.agent or (isinstance(who, dict) and who.get("agent") == args.agent))
        and (not args.verdict or (isinstance(decision, dict) and decision.get("verdict") == args.verdict))
        and (not args.session or str(record.get("sid", "")).startswith(args.session.upper()))
    )


def _filtered_sessions(entries: Iterator[Entry], args: argparse.Namespace) -> Iterator[Entry]:
    """Filters choose sessions by who opened them, not single records of them."""
    return (entry for entry in entries if str(entry.record.get("sid", "")).startswith(args.session.upper()))


def _matching(state: Path, wanted: str) -> Iterator[Entry]:
    """Records whose id is `wanted` or begins with it; `HEAD…TAIL`, as `tail` prints it, is fine too."""
    head, _, tail = wanted.upper().partition("\u2026")
    seen: set[str] = set()
    for path in reversed(segments(state)):
        for entry in last_entries(path):
            name = str(entry.record.get("id", ""))
            if name.startswith(head) and name.endswith(tail) and name not in seen:
                seen.add(name)
                yield entry
                if len(head) == _ULID:
                    return


def _exit_of(state: Path, found: Entry) -> Entry | None:
    """The exit record of a decision: in its own segment, behind it."""
    path = next(path for path in segments(state) if path.name == found.segment)
    return next((entry for entry in last_entries(path) if entry.record.get("of") == found.record.get("id")), None)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0


def _modified(path: Path) -> int:
    """Microseconds; a segment with nothing in it goes when its broker closes it, also under our eyes."""
    try:
        return path.lstat().st_mtime_ns // 1000
    except FileNotFoundError:
        return 0


def _time(entry: Entry) -> int:
    when = entry.record.get("time")
    return when if isinstance(when, int) else 0


def _emit(printer: Printer, entry: Entry, *, as_json: bool) -> None:
    if as_json:
        _write_line(entry.line)
    elif (cells := row(entry.record)) is not None:
        printer.row(cells)
    sys.stdout.flush()


def _write_line(line: bytes) -> None:
    """Canonical bytes go out as they are, whatever the terminal's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(line + b"\n")


def _report(damages: list[Damage]) -> int:
    for damage in damages:
        print(
            f"interposer: IP-75: `{damage.segment}` is damaged at byte {damage.offset}: {damage.what}", file=sys.stderr
        )
    return 1 if damages else 0
