"""The last words of a refused image, for each kind of image."""

import shutil
import struct
import subprocess

import pytest

from interposer.supervise.tracing import laid_out

pytestmark = pytest.mark.suite("supervise")

FLAGS = {"x86_64": (), "static": ("-static",), "pie": ("-static-pie", "-fPIE"), "i386": ("-m32", "-static")}


@pytest.mark.parametrize("flags", [pytest.param(flags, id=name) for name, flags in FLAGS.items()])
def test_refused_image_says_why(tree, compiled, flags):
    """Whatever kind of image it is, it writes the refusal to its own stderr and exits with 126."""
    plain = compiled("ends", "-nostdlib", "-fno-stack-protector", *flags)

    assert tree.run(plain, "safe").returncode == 0
    refused = tree.run(plain, "DENY", "a" * 9000)
    assert refused.returncode == 126
    assert refused.stderr.startswith(f"refused: {plain} DENY aaaa".encode())


def test_code_for_aarch64_is_what_an_assembler_would_write(tmp_path):
    """Block SIGPIPE, write(2, message), exit_group(126): read back by the disassembler of binutils."""
    reader = shutil.which("aarch64-linux-gnu-objdump")
    if reader is None:
        pytest.skip("no aarch64-linux-gnu-objdump here: the code for aarch64 is not read back")
    page, message = 0x0000AAAA12345000, b"refused\n"
    content = laid_out("aarch64", page, message)
    code = content[: -len(message) - 8]
    (tmp_path / "code").write_bytes(code)
    told = subprocess.check_output([reader, "-D", "-b", "binary", "-m", "aarch64", tmp_path / "code"], text=True)
    registers, calls = {}, []
    for line in told.splitlines():
        words = line.replace(",", " ").split()
        if len(words) > 2 and words[2] in {"mov", "movk", "svc"}:
            value = int(words[-1 if "lsl" not in words else -3].lstrip("#"), 0)
            if words[2] == "svc":
                calls.append((registers["x8"], *(registers[f"x{at}"] for at in range(4))))
            elif words[2] == "mov":
                registers[words[3]] = value
            else:
                shift = int(words[-1].lstrip("#")) if "lsl" in words else 0
                registers[words[3]] = registers[words[3]] & ~(0xFFFF << shift) | value << shift

    assert [call[0] for call in calls] == [135, 64, 94]
    assert calls[0][1:] == (0, page + len(code), 0, 8)
    assert calls[1][1:4] == (2, page + len(code) + 8, len(message))
    assert calls[2][1] == 126
    assert content[-len(message) - 8 :] == struct.pack("<Q", 1 << 12) + message
