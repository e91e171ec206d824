"""The journal keeps every acknowledged record, whatever happens to the writer."""

import hashlib
import json
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from interposer.audit.canonical import restored
from interposer.audit.journal import Journal, spool
from interposer.audit.record import RECORD_MAX, session_close
from interposer.audit.segment import Damage, last_entries, log_dir, read, segments
from interposer.errors import AuditError

pytestmark = pytest.mark.suite("journal")


def _record(text: str = "x", sid: str = "S") -> dict:
    return {"v": 1, "kind": "decision", "sid": sid, "time": 1, "what": {"argv": [text]}}


def _records(state: Path) -> list[dict]:
    return [entry.record for entry in read(state)]


def _kinds(state: Path) -> list[str]:
    return [str(record["kind"]) + ":" + record.get("gap", {}).get("cause", "") for record in _records(state)]


def _damages(state: Path) -> list[Damage]:
    found: list[Damage] = []
    list(read(state, found.append))
    return found


def _abandon(journal: Journal) -> Path:
    """Leave the segment as a killed broker does: unsealed, its lock gone."""
    os.close(journal._opened)
    journal._opened = -1
    return journal.path


def test_records_are_numbered_and_chained(tmp_path) -> None:
    """`seq` counts the segment, `sseq` and `sprev` chain each session's own records."""
    journal = Journal.open(tmp_path)
    for sid in ("A", "B", "A", "A"):
        journal.append(_record(sid=sid))
    journal.close()

    entries = list(read(tmp_path))
    of_a = [entry for entry in entries if entry.record["sid"] == "A"]

    assert [entry.record["seq"] for entry in entries] == [0, 1, 2, 3]
    assert [entry.record["sseq"] for entry in of_a] == [0, 1, 2]
    assert [entry.record["sprev"] for entry in of_a] == ["", *(hashlib.sha256(e.line).hexdigest() for e in of_a[:2])]


def test_closed_session_begins_anew(tmp_path) -> None:
    """A session's chain ends with its `session.close`, so that memory stays flat."""
    journal = Journal.open(tmp_path)
    journal.append(_record())
    journal.append(session_close("S", time=1, counts={"allow": 1}))

    assert journal._chains == {}


def test_record_is_written_before_append_returns(tmp_path) -> None:
    """What `append` acknowledged can be read at once by another process."""
    journal = Journal.open(tmp_path)

    name = journal.append(_record("now"))

    assert json.loads(journal.path.read_bytes())["id"] == name


def test_crash_at_any_byte_of_the_last_record(tmp_path) -> None:
    """However much of the last line reached the disk, the records before it stay and the rest is accounted for."""
    journal = Journal.open(tmp_path)
    journal.append(_record("kept"))
    before = journal.path.stat().st_size
    journal.append(_record("lost é"))
    path = _abandon(journal)
    whole = path.read_bytes()
    for size in range(before, len(whole) + 1):
        path.chmod(0o600)
        path.write_bytes(whole[:size])
        Journal.open(tmp_path).close()

        lost = whole[before:size]
        torn = [] if not lost or lost.endswith(b"\n") else ["gap:torn-line"]
        expected = {0: []}.get(len(lost), torn)
        if lost.rstrip(b"\n") == whole[before:-1]:
            expected = ["decision:"] if lost.endswith(b"\n") else ["decision:", "gap:unacknowledged"]

        assert path.read_bytes().startswith(whole[:size])
        assert _kinds(tmp_path) == ["decision:", *expected, "gap:not-closed"]
        assert stat.S_IMODE(path.stat().st_mode) == 0o400


def test_gap_tells_size_and_digest_of_the_torn_bytes(tmp_path) -> None:
    """The gap record of a torn line can be checked against the bytes that still stand there."""
    journal = Journal.open(tmp_path)
    journal.append(_record())
    path = _abandon(journal)
    with path.open("ab") as torn:
        torn.write(b'{"torn')
    Journal.open(tmp_path).close()

    told = _records(tmp_path)[1]["gap"]

    assert told == {"cause": "torn-line", "bytes": 6, "sha256": hashlib.sha256(b'{"torn').hexdigest()}


def test_killed_writer_loses_nothing_acknowledged(tmp_path) -> None:
    """After kill -9 in the middle of appending, every id that was printed is in the log."""
    script = (
        "import sys; from pathlib import Path; from interposer.audit.journal import Journal\n"
        "journal = Journal.open(Path(sys.argv[1]))\n"
        "while True: print(journal.append({'kind': 'decision', 'sid': 'S', 'time': 1, 'a': 'x' * 300}), flush=True)"
    )
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            acknowledged = [writer.stdout.readline().strip() for _ in range(200)]
            writer.kill()
            acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
        Journal.open(tmp_path).close()

        assert set(acknowledged) <= {record["id"] for record in _records(tmp_path)}


def test_segment_of_a_live_broker_is_left_alone(tmp_path) -> None:
    """A second broker opens a segment of its own and does not touch the first one's."""
    first = Journal.open(tmp_path)
    first.append(_record("one"))
    second = Journal.open(tmp_path)
    second.append(_record("two"))
    first.append(_record("three"))
    first.close()
    second.close()

    assert len(segments(tmp_path)) == 2
    assert [record["what"]["argv"][0] for record in _records(tmp_path)] == ["one", "three", "two"]


def test_two_appenders_of_one_segment_are_impossible(tmp_path) -> None:
    """A live segment is locked: another process that tries to finish it gets nothing."""
    journal = Journal.open(tmp_path)
    journal.append(_record())
    size = journal.path.stat().st_size
    script = "import sys; from pathlib import Path; from interposer.audit.journal import Journal\n"
    script += "Journal.open(Path(sys.argv[1])).close()"

    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)

    assert journal.path.stat().st_size == size
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600


def test_disk_full_refuses_and_goes_on_when_there_is_room(tmp_path) -> None:
    """A short write raises, and the next record that fits follows a gap that accounts for the piece left behind."""
    journal = Journal.open(tmp_path)
    journal.append(_record("kept"))
    size = journal.path.stat().st_size
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, hard))
    try:
        for _ in range(3):
            with pytest.raises(AuditError) as refused:
                journal.append(_record("refused"))
            assert refused.value.code == "IP-72"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    journal.append(_record("later"))
    journal.close()

    assert _kinds(tmp_path) == ["decision:", "gap:torn-line", "decision:"]
    assert _records(tmp_path)[2]["what"]["argv"] == ["later"]


@pytest.mark.parametrize("place", ["log", "log/spool", "state"])
def test_link_in_the_place_of_a_folder_is_refused(place, tmp_path) -> None:
    """The log is never written through a symbolic link."""
    state = tmp_path / "state"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = state if place == "state" else state / place
    link.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    link.symlink_to(elsewhere)

    with pytest.raises(AuditError) as refused:
        Journal.open(state)

    assert refused.value.code == "IP-73"
    assert list(elsewhere.iterdir()) == []


def test_link_in_the_place_of_a_segment_is_refused(tmp_path) -> None:
    """A link with a segment's name does not make the next broker write into its target."""
    Journal.open(tmp_path).close()
    target = tmp_path / "target"
    target.write_text("mine")
    target.chmod(0o600)
    (log_dir(tmp_path) / "journal-00000000000000000000000000.jsonl").symlink_to(target)

    with pytest.raises(AuditError) as refused:
        Journal.open(tmp_path)

    assert refused.value.code == "IP-73"
    assert target.read_text() == "mine"


def test_long_record_is_abridged_and_kept_whole_as_a_blob(tmp_path) -> None:
    """A record over 65,535 bytes fits after shortening, and names the blob that holds all of it."""
    journal = Journal.open(tmp_path)
    argv = ["echo", *(["\x01" * 3_000] * 100)]
    journal.append({**_record(), "what": {"argv": argv, "line": "y" * 70_000}})
    journal.close()

    entry = next(iter(read(tmp_path)))
    full = entry.record["full"]
    blob = (log_dir(tmp_path) / "blobs/sha256" / full["sha256"]).read_bytes()

    assert len(entry.line) <= RECORD_MAX
    assert hashlib.sha256(blob).hexdigest() == full["sha256"]
    assert restored(blob)["what"]["argv"] == argv
    assert full["bytes"] == len(blob)


@pytest.mark.parametrize(("spare", "abridged"), [(0, False), (1, True)])
def test_the_longest_record_is_65535_bytes(spare, abridged, tmp_path) -> None:
    """A record of exactly 65,535 bytes stands as it is; one byte more is abridged."""
    journal = Journal.open(tmp_path)
    journal.append(_record(""))
    journal.append(_record("", sid="T"))
    base = len(journal.path.read_bytes().splitlines()[1])
    journal.append(_record("z" * (RECORD_MAX - base + spare), sid="U"))

    entry = list(read(tmp_path))[2]

    assert ("full" in entry.record) == abridged
    assert abridged or len(entry.line) == RECORD_MAX


def test_spool_is_taken_in_once_and_in_order(tmp_path) -> None:
    """The next broker appends the cold path's decisions under their own ids, marks them and clears the spool."""
    names = [spool(tmp_path, _record(text)) for text in ("a", "b", "c")]
    journal = Journal.open(tmp_path)
    journal.append(_record("d"))
    journal.close()
    Journal.open(tmp_path).close()

    records = _records(tmp_path)

    assert [record["id"] for record in records[:3]] == names
    assert [record.get("spooled") for record in records] == [True, True, True, None, None]
    assert [record["kind"] for record in records[3:]] == ["spool.merged", "decision"]
    assert records[3]["spool"] == {"merged": 3, "ids_sha256": hashlib.sha256("\n".join(names).encode()).hexdigest()}
    assert list((log_dir(tmp_path) / "spool").iterdir()) == []


def test_spool_is_not_taken_in_twice_after_a_crash(tmp_path) -> None:
    """A broker that died between taking in and clearing leaves files that the next one only clears."""
    name = spool(tmp_path, _record("a"))
    kept = (log_dir(tmp_path) / "spool" / f"{name}.json").read_bytes()
    journal = Journal.open(tmp_path)
    (log_dir(tmp_path) / "spool" / f"{name}.json").write_bytes(kept)
    (log_dir(tmp_path) / "spool" / f"{name}.json").chmod(0o600)
    _abandon(journal)
    Journal.open(tmp_path).close()

    assert [record["id"] for record in _records(tmp_path)].count(name) == 1


@pytest.mark.parametrize("content", [b"", b"{", b'{"kind":"decision","seq":7}', b'{"b":1,"a":1}', b"\xff"])
def test_spooled_file_that_is_no_record_becomes_a_gap(content, tmp_path) -> None:
    """What somebody else laid into the spool is told, not believed."""
    folder = log_dir(tmp_path, create=True) / "spool"
    path = folder / "01JD8Q00000000000000000000.json"
    path.write_bytes(content)
    path.chmod(0o600)
    Journal.open(tmp_path).close()

    first = _records(tmp_path)[0]

    assert (first["kind"], first["gap"]["cause"], first["gap"]["bytes"]) == ("gap", "spoiled-spool", len(content))


def _swap(lines: list[bytes]) -> None:
    lines[1], lines[2] = lines[2], lines[1]


def _edit(lines: list[bytes]) -> None:
    lines[1] = lines[1].replace(b'"b"', b'"B"')


def _drop(lines: list[bytes]) -> None:
    del lines[1]


def _garble(lines: list[bytes]) -> None:
    lines[1] = b"\x00" + lines[1][1:]


def _respell(lines: list[bytes]) -> None:
    lines[1] = lines[1].replace(b'":1,', b'": 1,', 1)


@pytest.mark.parametrize("harm", [_swap, _edit, _drop, _garble, _respell])
def test_damage_is_named_and_reading_goes_on(harm, tmp_path) -> None:
    """An edited, dropped, moved, garbled or respelled line is damage at its place, and strict reading stops there."""
    journal = Journal.open(tmp_path)
    for text in "abcd":
        journal.append(_record(text))
    journal.close()
    assert _damages(tmp_path) == []
    lines = journal.path.read_bytes().splitlines(keepends=True)
    harm(lines)
    journal.path.chmod(0o600)
    journal.path.write_bytes(b"".join(lines))

    damages = _damages(tmp_path)

    assert damages
    assert {damage.segment for damage in damages} == {journal.path.name}
    with pytest.raises(AuditError, match="damaged at byte"):
        list(read(tmp_path))


def test_torn_tail_of_a_live_segment_is_passed_over(tmp_path) -> None:
    """A line that is being written while we read is not damage."""
    journal = Journal.open(tmp_path)
    journal.append(_record())
    with journal.path.open("ab") as writing:
        writing.write(b'{"half')

    assert len(list(read(tmp_path))) == 1


def test_last_entries_come_from_the_end(tmp_path) -> None:
    """Reading backward yields every record with its place, across the reader's chunks."""
    journal = Journal.open(tmp_path)
    for number in range(50):
        journal.append(_record(str(number) * 3_000))
    journal.close()

    forward = list(read(tmp_path))

    assert list(last_entries(journal.path)) == forward[::-1]


def test_log_is_for_its_owner_alone(tmp_path) -> None:
    """Folders are 0700 and files 0600 whatever the umask says."""
    old = os.umask(0)
    try:
        journal = Journal.open(tmp_path / "state")
        journal.append(_record("x" * 70_000))
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").rglob("*")}

    assert {mode for name, mode in modes.items() if "." not in name and len(name) < 60} == {0o700}
    assert {mode for name, mode in modes.items() if "." in name or len(name) == 64} == {0o600}


def test_segment_that_goes_while_it_is_looked_at_is_no_error(tmp_path, monkeypatch) -> None:
    """A broker that closes an empty segment between our listing and our opening disturbs nobody."""
    gone = log_dir(tmp_path, create=True) / "journal-00000000000000000000000000.jsonl"
    monkeypatch.setattr("interposer.audit.journal.segments", lambda _: [gone])
    monkeypatch.setattr("interposer.audit.segment.segments", lambda _: [gone])

    Journal.open(tmp_path).close()

    assert list(read(tmp_path)) == []
    assert list(last_entries(gone)) == []


def test_append_durable_syncs(tmp_path, monkeypatch) -> None:
    """A durable append is on the disk before its id is known."""
    journal = Journal.open(tmp_path)
    synced = []
    monkeypatch.setattr(os, "fdatasync", synced.append)

    journal.append(_record())
    before = list(synced)
    journal.append_durable(_record())

    assert (before, synced) == ([], [journal._opened])
