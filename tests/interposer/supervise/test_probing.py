"""What is said of a kernel that lacks something."""

import errno

import pytest

from interposer.errors import ExecError
from interposer.supervise import landlock, probing, seccomp
from interposer.supervise.probing import Protection, probe, required

pytestmark = pytest.mark.suite("supervise")


def test_each_protection_is_tried():
    """All three are there or say why not."""
    assert [one.id for one in probe()] == ["notify", "attach", "scope"]


def test_trying_changes_nothing_here():
    """The trials run in processes of their own: this one stands under no filter afterwards."""
    probe()

    assert seccomp_mode() == "0"


def seccomp_mode():
    """The filter mode of this process, by the kernel's word."""
    with open("/proc/self/status") as lines:  # noqa: PTH123 - one line
        return next(line.split()[1] for line in lines if line.startswith("Seccomp:"))


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.EBUSY, "EBUSY"), (errno.EINVAL, "5.19"), (errno.EPERM, "forbids"), (0, "ended"), (errno.ENOMEM, "memory")],
)
def test_refused_filter_says_why(monkeypatch, number, said):
    """The kernel's number becomes a sentence, and the layer an error with the layers that remain."""

    def fails():
        raise OSError(number, "")

    monkeypatch.setattr(seccomp, "install", fails)
    if number:
        with pytest.raises(ExecError) as raised:
            required(probe())
        assert raised.value.code == "IP-91"
        assert "shell, path" in raised.value.hint
    assert said in seccomp.why_not(number)


def test_scope_is_not_required(monkeypatch):
    """An older kernel has the layer without its scope."""
    monkeypatch.setattr(landlock, "version", lambda: 5)
    scope = probe()[2]

    assert "6.12" in scope.missing
    required((Protection("notify", "", ""), scope))


def test_unknown_processor(monkeypatch):
    """There the layer is refused, not half there."""
    monkeypatch.setattr(probing.platform, "machine", lambda: "riscv64")

    assert all(one.missing for one in probe() if one.needed)
