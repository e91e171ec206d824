"""Trees of subcommands."""

import pytest

pytestmark = pytest.mark.suite("argv")

RULE = """
[grammar]
style = "subcommands"
complete = true
[options]
-C = ["dir"]
-c = ["setting"]
"-n, --dry-run" = []
--version = { ends = true }
[group.diff]
"-O" = ["read"]
--stat = []
[sub.log]
groups = ["diff"]
numeric = true
[sub.log.options]
--stat = ["text?"]
[sub.log.operands]
slots = ["text*"]
dashed = "read"
[sub.remote]
[sub.remote.options]
-v = []
[sub."remote add"]
alias = ["new"]
[sub."remote add".options]
-t = ["text"]
[sub."remote add".operands]
slots = ["text", "remote"]
[sub.stash]
style = "getopt-long"
[sub.stash.operands]
slots = ["write*"]
[sub."stash clear"]
does = "discard:tree"
unless = ["--dry-run"]
[sub.flags]
style = "go-flag"
[sub.flags.options]
-n = ["write"]
[sub.loose]
complete = false
[sub.loose.operands]
slots = ["read*"]
"""
CASES = {
    "global-options-in-front": ("-C d log a", ["dir d by -C", "text a"]),
    "global-options-end-at-the-name": ("log -C d", ["text d", "unknown -C"]),
    "group": ("log -O f", ["read f by -O"]),
    "own-option-before-the-group": ("log --stat=3", ["text 3 by --stat"]),
    "operands-behind-double-dash": ("log a -- b", ["text a", "read b"]),
    "nested": ("remote add -t x n u", ["text x by -t", "text n", "remote u"]),
    "nested-alias": ("remote new n u", ["text n", "remote u"]),
    "nested-parent-alone": ("remote -v", []),
    "nested-behind-options": ("remote -v add n u", ["text n", "remote u"]),
    "nested-unlisted": ("remote zap x", ["unread zap x"]),
    "parent-with-operands": ("stash a", ["write a"]),
    "mere-call": ("stash clear", ["! discard"]),
    "mere-call-cancelled-from-outside": ("-n stash clear", []),
    "other-style": ("flags --n=f", ["write f by -n"]),
    "unlisted-with-its-words": ("-c a=b zap -x y", ["setting a=b by -c", "unread zap -x y"]),
    "not-static": ("%X a", ["unread %X a", "may be option %X"]),
    "not-static-nested": ("stash %X", ["unread %X", "may be option %X"]),
    "behind-double-dash": ("-- log -O f", ["read f by -O"]),
    "open-subcommand": ("loose --zap a", ["read a"]),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_reads_the_tree(lines_of, line, expected) -> None:
    """Each level has its own grammar and inherits nothing but what is declared."""
    assert lines_of(RULE, line) == expected


def test_names_the_path_and_what_ends(reading_of) -> None:
    """The reading says which subcommand it is and whether the tool only prints."""
    assert reading_of(RULE, "remote new n u").sub == ("remote", "new")
    assert reading_of(RULE, "--version").ends
