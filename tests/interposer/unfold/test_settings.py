"""Values that hold further options: configuration pairs and text read as more options."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

TABLE = {
    "option": ("git -c core.pager=./x log", ["run ./x via config by -c core.pager dangerous"]),
    "harmless-key": ("git -c user.name=x commit -m y", []),
    "operand": (
        "git config core.pager ./x",
        ["run ./x by core.pager dangerous", "persist:setting core.pager=./x by core.pager dangerous"],
    ),
    "operand-only-read": ("git config core.pager", []),
    "operand-harmless": ("git config user.name x", []),
    "variables": (
        "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.pager GIT_CONFIG_VALUE_0=./x git log",
        ["run ./x via env by GIT_CONFIG_KEY_0 core.pager dangerous"],
    ),
    "quoted": (
        "GIT_CONFIG_PARAMETERS=\"'core.pager=./x'\" git log",
        ["run ./x via config by GIT_CONFIG_PARAMETERS core.pager dangerous"],
    ),
    "by-variable": (
        "P=./x git --config-env=core.pager=P log",
        ["run ./x via config by --config-env core.pager dangerous"],
    ),
    "by-unknown-variable": (
        "git --config-env=core.pager=P log",
        ["shell:computed $P via config by --config-env core.pager dangerous"],
    ),
    "flags": ("GOFLAGS='-toolexec=./x' go build", ["run ./x via env by GOFLAGS: -toolexec dangerous"]),
    "flags-of-another-tool": ("go build -ldflags '-extld ./x'", ["run ./x via option by -ldflags: -extld dangerous"]),
    "harmless-flags": ("GOFLAGS=-mod=mod go build", []),
    "unknown-flag": ("GOFLAGS=-frobnicate go build", ["unknown:unlisted -frobnicate via env by GOFLAGS dangerous"]),
}


@pytest.mark.parametrize(("line", "expected"), TABLE.values(), ids=TABLE)
def test_a_setting_has_the_effect_of_its_key(line, expected) -> None:
    """Whichever way it is given."""
    assert effects(judge(line)) == expected
