"""Options read out of help texts."""

import pytest

from interposer.cli.documented import from_completion, from_help, from_manual

pytestmark = pytest.mark.suite("rules-verb")

LINES = {
    "gnu": ("  -o, --output=FILE   write to FILE", {"-o": "required", "--output": "required"}),
    "gnu-optional": ("      --color[=WHEN]   colour it", {"--color": "optional"}),
    "gnu-flag": ("  -a, --all   do not ignore", {"-a": "none", "--all": "none"}),
    "three-spellings": ("  -n, --quiet, --silent", {"-n": "none", "--quiet": "none", "--silent": "none"}),
    "glued-optional": ("  -i[SUFFIX], --in-place[=SUFFIX]", {"-i": "optional", "--in-place": "optional"}),
    "git": ("    -m, --message <message>  commit message", {"-m": "required", "--message": "required"}),
    "git-negatable": ("    --[no-]verify  run hooks", {"--verify": "none", "--no-verify": "none"}),
    "cargo": ("  -p, --package [<SPEC>]   Package", {"-p": "optional", "--package": "optional"}),
    "docker": ("  -a, --attach list    Attach to STDIN", {"-a": "required", "--attach": "required"}),
    "go": ("\t-exec xprog", {"-exec": "required"}),
    "find": ("       -name pattern", {"-name": "required"}),
    "prose": ("  the option -x is described elsewhere", {}),
    "usage": ("usage: ssh [-46Aa] [-B bind_interface]", {"-46Aa": "none", "-B": "required"}),
    "usage-alternatives": ("[-S|--save] [--omit <dev|peer>]", {"-S": "none", "--save": "none", "--omit": "required"}),
    "colours": ("  \x1b[1m-q\x1b[0m, \x1b[1m--quiet\x1b[0m  less", {"-q": "none", "--quiet": "none"}),
    "placeholder": ("  -NUM   same as --context=NUM", {}),
}  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), LINES.values(), ids=LINES)
def test_reads_options_from_a_line(line, expected) -> None:
    """Names and whether they take a value stand at the beginning of a line or in brackets."""
    assert {name: option.value for name, option in from_help(line).items()} == expected


def test_a_manual_page_has_prose_deeper_than_its_entries() -> None:
    """A line that stands deeper than an entry documents nothing."""
    page = "       -a, --all\n              do all of it, or with\n              -z  nothing\n"

    assert sorted(from_manual(page)) == ["--all", "-a"]


def test_completion_output_marks_values_with_an_equals_sign() -> None:
    """`--name=` takes a value; words of an error message are no options."""
    found = from_completion("--quiet --file= -- --no-edit\nusage: git fsmonitor--daemon start\n")

    assert {name: option.value for name, option in found.items()} == {
        "--quiet": "none",
        "--file": "required",
        "--no-edit": "none",
    }
