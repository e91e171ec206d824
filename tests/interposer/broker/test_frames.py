"""The protocol's golden bytes, from Python and from the shim's own code; and what is no message at all."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interposer.broker import frames
from interposer.broker.frames import Ask, Exec, Refuse
from interposer.errors import BrokerError

pytestmark = pytest.mark.suite("protocol")
ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests/vectors/protocol"
TABLE = tomllib.loads((VECTORS / "vectors.toml").read_text())
COMPILER = shutil.which("cc") or shutil.which("gcc")


def latin(texts):
    """Bytes of the table's texts."""
    return tuple(text.encode("latin-1") for text in texts)


def ask_of(row):
    """The request of a row."""
    shim, cwd = latin((row["shim"], row["cwd"]))
    return Ask(shim, cwd, latin(row["argv"]), latin(row["environ"]), row["flags"])


def reply_of(row):
    """The reply of a row."""
    if row["kind"] == "refuse":
        return Refuse(row["text"], row["status"])
    path, argv0 = latin((row["path"], row["argv0"]))
    settings = latin(row.get("settings", ()))
    return Exec(path, argv0, row["device"], row["inode"], row["kind"] == "feed", settings)


def named(rows):
    """Parameters named by file."""
    return [pytest.param(row, id=row["file"].removesuffix(".bin")) for row in rows]


@pytest.fixture(scope="module")
def shim_frames(tmp_path_factory):
    """The shim's encoder and decoder as a program."""
    if COMPILER is None:
        pytest.skip("no C compiler")
    out = tmp_path_factory.mktemp("c") / "shim_frames"
    source = Path(__file__).with_name("shim_frames.c")
    subprocess.run([COMPILER, "-std=gnu11", "-O1", "-Wall", "-Werror", "-o", out, source], check=True)
    return out


@pytest.mark.parametrize("row", named(TABLE["request"]))
def test_request_bytes(row):
    """A request is encoded to its golden bytes, and these are read back."""
    golden = (VECTORS / row["file"]).read_bytes()

    assert frames.encode_ask(ask_of(row)) == golden
    assert frames.decode_ask(golden) == ask_of(row)
    assert frames.frame_size(golden) == len(golden)


@pytest.mark.parametrize("row", named(TABLE["reply"]))
def test_reply_bytes(row):
    """A reply is encoded to its golden bytes, and these are read back."""
    golden = (VECTORS / row["file"]).read_bytes()

    assert frames.encode_reply(reply_of(row)) == golden
    assert frames.decode_reply(golden) == reply_of(row)


@pytest.mark.parametrize("row", named(TABLE["request"]))
def test_shim_writes_the_same_request(row, shim_frames):
    """The C encoder writes the golden bytes."""
    ask = ask_of(row)
    words = [ask.shim, ask.cwd, str(ask.flags), str(len(ask.argv)), *ask.argv, *ask.environ]
    done = subprocess.run([shim_frames, "request", *words], capture_output=True, check=True)

    assert done.stdout == (VECTORS / row["file"]).read_bytes()


@pytest.mark.parametrize("row", named(TABLE["reply"]))
def test_shim_reads_the_same_reply(row, shim_frames):
    """The C decoder reads what the golden bytes say."""
    done = subprocess.run(
        [shim_frames, "reply"], input=(VECTORS / row["file"]).read_bytes(), capture_output=True, check=True
    )
    if row["kind"] == "refuse":
        expected = f"refuse\n{row['status']}\n{row['text']}"
    else:
        told = [row["kind"], row["path"], row["argv0"], str(row["device"]), str(row["inode"]), *row.get("settings", ())]
        expected = "".join(f"{line}\n" for line in told)

    assert done.stdout.decode("latin-1") == expected


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in TABLE["bad_reply"]])
def test_malformed_reply_is_acted_on_by_nobody(row, shim_frames):
    """Neither side takes a malformed reply for an answer."""
    frame = bytes.fromhex(row["hex"])

    assert subprocess.run([shim_frames, "reply"], input=frame, capture_output=True, check=False).returncode == 1
    with pytest.raises(BrokerError):
        frames.decode_reply(frame)


BAD_REQUESTS = {
    "other-magic": b"IPQ2" + bytes(20),
    "http": b"GET / HTTP/1.0\r\n\r\n" + bytes(10),
    "counts-disagree": frames.REQUEST_HEADER.pack(b"IPQ1", 4, 5, 0, 0, 0) + b"a\0b\0",
    "no-last-nul": frames.REQUEST_HEADER.pack(b"IPQ1", 3, 0, 0, 0, 0) + b"a\0b",
    "unknown-flag": frames.REQUEST_HEADER.pack(b"IPQ1", 4, 0, 0, 0x100, 0) + b"a\0b\0",
    "unknown-stdin": frames.REQUEST_HEADER.pack(b"IPQ1", 4, 0, 0, 7, 0) + b"a\0b\0",
    "reserved": frames.REQUEST_HEADER.pack(b"IPQ1", 4, 0, 0, 0, 1) + b"a\0b\0",
    "length-disagrees": frames.REQUEST_HEADER.pack(b"IPQ1", 9, 0, 0, 0, 0) + b"a\0b\0",
    "breaks-off": b"IPQ1",
}


@pytest.mark.parametrize("frame", [pytest.param(frame, id=name) for name, frame in BAD_REQUESTS.items()])
def test_malformed_request_is_an_error(frame):
    """A malformed request is a BrokerError, nothing else."""
    with pytest.raises(BrokerError):
        frames.decode_ask(frame)


def test_announced_length_over_the_limit_is_refused_at_once():
    """Nobody buffers what is announced as too large."""
    with pytest.raises(BrokerError):
        frames.frame_size(frames.REQUEST_HEADER.pack(b"IPQ1", frames.REQUEST_LIMIT, 0, 0, 0, 0))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_request_or_an_error(data):
    """Reading arbitrary bytes raises nothing but BrokerError, and what is read writes back to itself."""
    try:
        ask = frames.decode_ask(b"IPQ1" + data)
    except BrokerError:
        return
    assert frames.encode_ask(ask) == b"IPQ1" + data


TEXTS = st.binary(max_size=20).filter(lambda text: b"\0" not in text)


@given(
    TEXTS,
    TEXTS,
    st.lists(TEXTS, max_size=5),
    st.lists(TEXTS, max_size=5),
    st.integers(0, 255).filter(lambda n: n & 7 < 5),
)
def test_request_round_trip(shim, cwd, argv, environ, flags):
    """Every request comes back as it was sent."""
    ask = Ask(shim, cwd, tuple(argv), tuple(environ), flags)

    assert frames.decode_ask(frames.encode_ask(ask)) == ask


def test_too_long_refusal_is_cut():
    """A refusal text never breaks the reply's limit."""
    frame = frames.encode_reply(Refuse("x" * 100_000))

    assert len(frame) == frames.REPLY_LIMIT + frames.REPLY_HEADER.size
    assert isinstance(frames.decode_reply(frame), Refuse)
