"""getopt and getopt_long: bundles, attached values, abbreviations, negation, and what the real tools say to it."""

import shutil
import subprocess

import pytest

from interposer_argv.reading import GrammarError

pytestmark = pytest.mark.suite("argv")

RULE = """
[grammar]
complete = true
[operands]
slots = ["read*"]
[options]
"-a, --all" = []
"-o, --output" = ["write"]
"-I, --include" = ["text?"]
"-x, --exec" = ["shell"]
--colo = []
--color = ["text?"]
--colour = ["text?"]
--outline = []
--pair = ["text", "write"]
-nb = ["text"]
--cmd = { slots = ["argv"], until = [";"] }
"""
CASES = {
    "separate-value": ("-o f a", ["write f by -o", "read a"]),
    "attached-value": ("-of a", ["write f by -o", "read a"]),
    "bundle": ("-ao f a", ["write f by -o", "read a"]),
    "bundle-with-attached-value": ("-aof", ["write f by -o"]),
    "getopt-keeps-the-equals-sign": ("-o=f", ["write =f by -o"]),
    "long-with-equals": ("--output=f", ["write f by --output"]),
    "long-separate": ("--output f", ["write f by --output"]),
    "long-empty-value": ("--output= f", ["write  by --output", "read f"]),
    "abbreviation": ("--outp f", ["write f by --output"]),
    "abbreviation-with-equals": ("--exe=id", ["shell id by --exec"]),
    "exact-name-wins-over-longer-ones": ("--colo a", ["read a"]),
    "candidates-that-agree-are-one": ("--colou=x", ["text x by --colour"]),
    "optional-value-only-attached": ("-I a", ["read a"]),
    "optional-value-attached": ("-Ibak a", ["text bak by -I", "read a"]),
    "optional-long-value-only-with-equals": ("--color a", ["read a"]),
    "repeated": ("-o f -o g", ["write f by -o", "write g by -o"]),
    "after-operands": ("a -o f", ["read a", "write f by -o"]),
    "double-dash-ends-options": ("-- -o f", ["read -o", "read f"]),
    "double-dash-as-value": ("-o -- -a", ["write -- by -o"]),
    "dash-alone-is-an-operand": ("-", ["read -"]),
    "two-values": ("--pair k f a", ["text k by --pair", "write f by --pair", "read a"]),
    "two-values-first-attached": ("--pair=k f a", ["text k by --pair", "write f by --pair", "read a"]),
    "several-letters-behind-one-dash": ("-nb x a", ["text x by -nb", "read a"]),
    "command-up-to-its-end-mark": ("--cmd ls -l ; a", ["argv ls -l by --cmd", "read a"]),
    "command-to-the-end": ("--cmd ls -o f", ["argv ls -o f by --cmd"]),
    "attached-command": ("--cmd=ls -l ; a", ["argv ls -l by --cmd", "read a"]),
    "unlisted-long": ("--nope a", ["read a", "unknown --nope"]),
    "unlisted-letter": ("-az a", ["read a", "unknown -az"]),
    "value-with-unknown-tail": ("--output=%X", ["write %X by --output"]),
    "attached-value-with-unknown-tail": ("-ao%X", ["write %X by -o"]),
    "unknown-name": ("--%X a", ["read a", "unknown --%X", "may be option --%X"]),
    "unknown-letters": ("-a%X a", ["read a", "unknown -a%X", "may be option -a%X"]),
    "unknown-operand": ("%X", ["read %X", "may be option %X"]),
    "unknown-operand-behind-double-dash": ("-- %X", ["read %X"]),
    "unknown-tail-of-an-operand": ("a%X", ["read a%X"]),
    "home-is-no-option": ("%HOME", ["read %HOME"]),
    "unquoted-value-may-vanish": ("-o %%X a", ["write %%X by -o", "read a", "may be option %%X"]),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_reads_as_getopt_long(lines_of, line, expected) -> None:
    """Options, values and operands are those that getopt_long hands to the tool."""
    assert lines_of(RULE, line) == expected


@pytest.mark.parametrize(
    ("line", "code"), [("--out f", "ambiguous-option"), ("a -o", "missing-value"), ("--pair k", "missing-value")]
)
def test_rejects_what_getopt_rejects(reading_of, line, code) -> None:
    """An ambiguous abbreviation and a missing value are errors, as they are for the tool."""
    with pytest.raises(GrammarError) as caught:
        reading_of(RULE, line)

    assert caught.value.code == code


FLAVOURS = {
    "posix-has-no-abbreviations": ('style = "getopt"\ncomplete = true', "--outp=f", ["unknown --outp=f"]),
    "posix-stops-at-operands": ('style = "getopt"', "a -o f", ["read a", "read -o", "read f"]),
    "posix-may-permute": ('style = "getopt"\npermute = true', "a -o f", ["read a", "write f by -o"]),
    "no-abbreviation-where-the-rule-says-so": ("complete = true\nabbreviate = false", "--outp=f", ["unknown --outp=f"]),
    "pflag-equals-sign": ("equals = true", "-o=f", ["write f by -o"]),
    "number": ("numeric = true\ncomplete = true", "-20 a", ["read a"]),
    "number-in-a-bundle": ("numeric = true\ncomplete = true", "-5ao f", ["write f by -o"]),
    "number-unlisted": ("complete = true", "-20", ["unknown -20"]),
    "unknown-number": ("numeric = true\ncomplete = true", "-%N a", ["read a", "may be option -%N"]),
    "negation": ("negate = true\ncomplete = true", "--no-output a", ["read a"]),
    "negation-abbreviated": ("negate = true\ncomplete = true", "--no-outp a", ["read a"]),
    "negation-of-nothing": ("negate = true\ncomplete = true", "--no-such a", ["read a", "unknown --no-such"]),
    "plus-falls-back-to-minus": ("plus = true\ncomplete = true", "+ao f", ["write f by +o"]),
    "plus-is-an-operand-elsewhere": ("complete = true", "+o", ["read +o"]),
}


@pytest.mark.parametrize(("head", "line", "expected"), FLAVOURS.values(), ids=FLAVOURS)
def test_flavours_of_getopt(lines_of, head, line, expected) -> None:
    """Each key of [grammar] changes exactly what it says."""
    rule = f'[grammar]\n{head}\n[operands]\nslots = ["read*"]\n[options]\n"-a" = []\n"-o, --output" = ["write"]\n'

    assert lines_of(rule, line) == expected


VIM = '[grammar]\nplus = true\ncomplete = true\n[operands]\nslots = ["read*"]\n[options]\n"+" = ["script:vim"]\n'


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("+12 f", ["script:vim 12 by +", "read f"]),
        ("+%X", ["script:vim %X by +"]),
        ("+ f", ["script:vim  by +", "read f"]),
    ],
)
def test_plus_with_a_value(lines_of, line, expected) -> None:
    """Where `+` itself takes a value, the rest of the word is it (vim)."""
    assert lines_of(VIM, line) == expected


REAL = [
    ("sort", ["--reve"], True, '"-r, --reverse" = []\n"-R, --random-sort" = []'),
    ("sort", ["--r"], False, '"-r, --reverse" = []\n"-R, --random-sort" = []\n--random-source = ["read"]'),
    ("grep", ["--colo", "x"], True, '"--color, --colour" = ["text?"]'),
    ("tar", ["--vers"], True, '"--version" = { ends = true }\n"--verify" = []\n"--verbatim-files-from" = []'),
    ("tar", ["--ver"], False, '"--version" = { ends = true }\n"--verify" = []\n"--verbatim-files-from" = []'),
]


@pytest.mark.parametrize(("tool", "words", "accepted", "options"), REAL)
def test_the_real_tool_agrees_on_abbreviations(reading_of, tool, words, accepted, options) -> None:
    """What GNU tools call ambiguous is ambiguous here, and what they complete is completed."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run([tool, *words], input="", capture_output=True, text=True, timeout=10, check=False)
    rule = f"[grammar]\ncomplete = true\n[options]\n{options}\n"

    assert ("ambiguous" not in done.stderr) == accepted
    if accepted:
        assert reading_of(rule, " ".join(words)).unknown == ()
    else:
        with pytest.raises(GrammarError):
            reading_of(rule, " ".join(words))
