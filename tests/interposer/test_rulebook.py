"""Loading rule files: what is found under which name, and what each mistake is called."""

import hashlib
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from interposer.errors import RuleError
from interposer.rulebook import Rulebook, compile_rule, schema
from interposer.rulebook.words import STYLES
from interposer_argv.grammar import Slot

pytestmark = pytest.mark.suite("rulebook")

RULES = Path(__file__).parents[2] / "rules"
GOOD = """tool = "t"
names = ["tt", "t3.*"]
summary = "does things"
manual = "t(1)"
verified = true
[grammar]
style = "subcommands"
complete = true
[options]
"-C" = ["dir"]
[group.out]
"-o, --output" = ["write"]
[sub.run]
alias = ["r"]
groups = ["out"]
[sub.run.operands]
slots = ["code:python", "text*"]
[sub."run all"]
permute = false
[env]
T_CMD = ["shell"]
"T_*" = []
"T_CMD_*" = ["words"]
[config]
"alias.*" = ["script:git-alias"]
"alias.safe" = []
[[ambient]]
path = ".t/config"
format = "git-config"
[spawns]
programs = ["t-*"]
[[example]]
line = "t run 1"
does = ["code 1"]
"""


def write(folder: Path, text: str, name: str = "t") -> Path:
    """A rule file."""
    path = folder / f"{name}.toml"
    path.write_text(text)
    return path


def test_a_rule_holds_what_its_file_says(tmp_path) -> None:
    """Every table of the format arrives."""
    rule = compile_rule(write(tmp_path, GOOD))
    run = rule.grammar.subs["run"]

    assert (rule.tool, rule.names, rule.verified, rule.complete) == ("t", ("tt", "t3.*"), True, True)
    assert rule.grammar.subs["r"] is run
    assert run.options["--output"].names == ("-o", "--output")
    assert run.options["-o"].slots == (Slot("write"),)
    assert run.operands.slots == (Slot("code", "python"), Slot("text", repeat=True))
    assert (run.closed, run.permute, run.subs["all"].permute) == (True, True, False)
    assert rule.grammar.permute is False
    assert (rule.spawns, rule.ambient[0].path, rule.examples[0].line) == (("t-*",), ".t/config", "t run 1")
    assert rule.digest == hashlib.sha256(GOOD.encode()).hexdigest()


def test_a_subcommand_inherits_unless_it_says_otherwise(tmp_path) -> None:
    """`complete` in a subcommand closes it, whatever the tool's own grammar says of unlisted options."""
    text = 'tool = "t"\n[grammar]\nunknown = "text"\nabbreviate = false\n[sub.a]\ncomplete = true\n[sub.b]\n'
    grammar = compile_rule(write(tmp_path, text)).grammar

    assert [grammar.closed, grammar.subs["a"].closed, grammar.subs["b"].closed] == [False, True, False]
    assert not grammar.subs["a"].abbreviate


@pytest.mark.parametrize(
    ("name", "kinds"), [("T_CMD", ["shell"]), ("T_OTHER", []), ("T_CMD_X", ["words"]), ("PATH", None)]
)
def test_variables_are_found_exactly_then_by_the_longest_pattern(tmp_path, name, kinds) -> None:
    """An exact name wins over a pattern, a longer pattern over a shorter one."""
    option = compile_rule(write(tmp_path, GOOD)).env_option(name)

    assert (None if option is None else [slot.kind for slot in option.slots]) == kinds


@pytest.mark.parametrize(("key", "kinds"), [("alias.x", ["script"]), ("Alias.Safe", []), ("user.name", None)])
def test_configuration_keys_are_found_in_any_case(tmp_path, key, kinds) -> None:
    """Keys are compared in lower case."""
    option = compile_rule(write(tmp_path, GOOD)).config_option(key)

    assert (None if option is None else [slot.kind for slot in option.slots]) == kinds


HEAD = 'tool = "t"\n[grammar]\n'
MISTAKES = {
    "not-toml": ('tool = "t"\n[grammar\n', "IP-41", 2),
    "duplicate-key": ('tool = "t"\n[grammar]\n[options]\n-a = []\n-a = []\n', "IP-41", 5),
    "empty": ("# nothing\n", "IP-46", None),
    "no-grammar": ('tool = "t"\n', "IP-46", 1),
    "other-name": ('tool = "u"\n[grammar]\n', "IP-45", 1),
    "unknown-table": (HEAD + "[option]\n", "IP-42", 3),
    "unknown-key": (HEAD + "[options]\n-a = []\n-b = { slot = [] }\n", "IP-42", 5),
    "unknown-key-in-a-subcommand": (HEAD + "[sub.x]\n[sub.x.operands]\neach = 'dir'\n", "IP-42", 5),
    "unknown-slot": (HEAD + "[options]\n-a = []\n'-b, --bb' = ['path']\n", "IP-43", 5),
    "unknown-effect": (HEAD + "[options]\n-a = { does = 'explode' }\n", "IP-43", 4),
    "unknown-style": ('tool = "t"\n[grammar]\nstyle = "getopts"\n', "IP-43", 3),
    "unknown-group": (HEAD + "[sub.x]\ngroups = ['y']\n", "IP-43", 4),
    "wrong-type": ('tool = "t"\n[grammar]\ncomplete = "yes"\n', "IP-43", 3),
    "option-is-a-string": (HEAD + "[options]\n-a = 'text'\n", "IP-43", 4),
    "spelling-twice": (HEAD + "[options]\n'-a, --all' = []\n'-b, --all' = ['read']\n", "IP-44", 5),
    "subcommand-twice": (HEAD + "[sub.x]\n[sub.y]\nalias = ['x']\n", "IP-44", 4),
    "complete-but-open": (HEAD + "complete = true\nunknown = 'text'\n", "IP-45", 2),
    "two-repeats": (HEAD + "[operands]\nslots = ['read*', 'write*']\n", "IP-45", 3),
    "behind-a-command": (HEAD + "[operands]\nslots = ['argv', 'text']\n", "IP-45", 3),
    "repeat-in-front-of-a-command": (HEAD + "[operands]\nslots = ['read*', 'argv']\n", "IP-45", 3),
    "repeat-in-an-option": (HEAD + "[options]\n-a = ['read*']\n", "IP-45", 4),
    "condition-with-other-arity": (HEAD + "[options]\n-a = { slots = ['read'], when = [{ option='-b', slots=[] }] }\n",
        "IP-45", 4),
    "until-without-command": (HEAD + "[options]\n-a = { slots = ['text'], until = [';'] }\n", "IP-45", 4),
    "dash-alone": (HEAD + "[options]\n'--' = []\n", "IP-45", 4),
    "no-dash": (HEAD + "[options]\nall = []\n", "IP-45", 4),
    "glued-prefix-never-read": (HEAD + "[options]\n-Wl = { prefix = true }\n", "IP-45", 4),
    "config-key-in-capitals": (HEAD + "[config]\n'core.fsMonitor' = ['run']\n", "IP-45", 4),
    "subcommands-without-any": (HEAD + "style = 'subcommands'\n", "IP-45", 2),
    "excuse-without-a-reason": (HEAD + "[coverage]\n-x = ''\n", "IP-43", 4),
    "lone-dash-with-a-value": (HEAD + "[options]\n- = ['read']\n", "IP-45", 4),
    "detached-without-a-value": (HEAD + "[options]\n-o = { detached = true }\n", "IP-45", 4),
    "dashed-that-is-no-dash": (HEAD + "[options]\n-o = { dashed = true }\n", "IP-45", 4),
    "example-without-effects": (HEAD + "[[example]]\nline = 't'\n", "IP-43", 3),
}  # fmt: skip


@pytest.mark.parametrize(("text", "code", "line"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_has_a_code_and_a_line(tmp_path, text, code, line) -> None:
    """A malformed file is refused with file, line and a stable code."""
    with pytest.raises(RuleError) as caught:
        compile_rule(write(tmp_path, text))

    assert caught.value.code == code
    assert str(caught.value).startswith("t.toml:" if line is None else f"t.toml:{line}: ")


def test_a_missing_file_and_bytes_that_are_no_text_are_errors(tmp_path) -> None:
    """Nothing but RuleError gets out."""
    with pytest.raises(RuleError) as missing:
        compile_rule(tmp_path / "t.toml")
    (tmp_path / "t.toml").write_bytes(b"tool = '\xff'")
    with pytest.raises(RuleError) as binary:
        compile_rule(tmp_path / "t.toml")

    assert (missing.value.code, binary.value.code) == ("IP-40", "IP-41")


@pytest.mark.parametrize(
    ("name", "tool"),
    [
        ("t", "t"),
        ("tt", "t"),
        ("t3.11", "t"),
        ("/usr/bin/t", "t"),
        ("t3", None),
        ("other", None),
        ("lists", None),
        ("", None),
    ],
)
def test_a_program_is_found_by_any_of_its_names(tmp_path, name, tool) -> None:
    """The last component of a path counts; `*` matches any text."""
    write(tmp_path, GOOD)
    write(tmp_path, "x = 1", "lists")
    rule = Rulebook.open([tmp_path]).find(name)

    assert (rule.tool if rule else None) == tool


def test_a_later_folder_replaces_a_tool(tmp_path) -> None:
    """The operator's own file counts, under every name that it claims and every name of the tool it replaces."""
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    for folder in (shipped, own):
        folder.mkdir()
    write(shipped, GOOD)
    write(shipped, GOOD.replace('"t"', '"u"').replace('names = ["tt", "t3.*"]\n', ""), "u")
    write(own, 'tool = "t"\nsummary = "mine"\n[grammar]\n')
    write(own, 'tool = "v"\nnames = ["u"]\nsummary = "mine too"\n[grammar]\n', "v")
    book = Rulebook.open([shipped, own])

    assert [rule.summary for name in ("t", "u", "tt") if (rule := book.find(name))] == [
        "mine",
        "mine too",
        "mine",
    ]
    assert book.tools() == ("t", "u", "v")


def test_two_files_must_not_claim_one_name(tmp_path) -> None:
    """An ambiguous name is an error, not a silent choice."""
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace('tool = "t"', 'tool = "u"'), "u")

    with pytest.raises(RuleError, match="also names"):
        Rulebook.open([tmp_path]).find("tt")


def test_preloaded_rules_do_not_follow_the_disk(tmp_path) -> None:
    """What changes on disk after `preload` counts for nothing, the digest included."""
    write(tmp_path, GOOD)
    book = Rulebook.open([tmp_path])
    book.preload()
    digest = book.digest
    write(tmp_path, GOOD.replace("does things", "does other things"))
    write(tmp_path, 'tool = "new"\n[grammar]\n', "new")
    found = book.find("t3.9")

    assert found is not None
    assert (found.summary, book.find("new"), book.digest) == ("does things", None, digest)
    assert Rulebook.open([tmp_path]).digest != digest


def test_variables_of_any_program(tmp_path) -> None:
    """`environment.toml` says which variables make any program run something."""
    write(tmp_path, "[env]\nLD_PRELOAD = ['load']\n'BASH_FUNC_*' = ['shell']\n", "environment")
    book = Rulebook.open([tmp_path])

    assert book.tools() == ()
    assert [bool(book.env_option(name)) for name in ("LD_PRELOAD", "BASH_FUNC_x%%", "HOME")] == [True, True, False]


def test_a_folder_that_is_not_there_is_an_error(tmp_path) -> None:
    """An empty rule book would allow too much."""
    with pytest.raises(RuleError) as caught:
        Rulebook.open([tmp_path / "none"])

    assert caught.value.code == "IP-40"


def test_the_schema_is_one_and_accepts_what_the_loader_accepts() -> None:
    """The schema is valid and fits every shipped file."""
    made = schema()
    validator = jsonschema.Draft202012Validator(made)

    jsonschema.Draft202012Validator.check_schema(made)
    assert [
        (path.name, error.message)
        for tool in Rulebook.open([RULES]).tools()
        for path in [RULES / f"{tool}.toml"]
        for error in validator.iter_errors(tomllib.loads(path.read_text()))
    ] == []
    assert made["$defs"]["grammar"]["properties"]["style"]["enum"] == list(STYLES)


@pytest.mark.parametrize("case", ["unknown-table", "unknown-key", "unknown-slot", "unknown-style", "wrong-type"])
def test_the_schema_refuses_what_the_loader_refuses(case) -> None:
    """An editor shows the same mistakes."""
    text = MISTAKES[case][0]

    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(tomllib.loads(text)))


def test_the_schema_on_disk_is_the_generated_one() -> None:
    """`interposer rules schema` and `rules/schema.json` agree."""
    assert json.loads((RULES / "schema.json").read_text()) == schema()
