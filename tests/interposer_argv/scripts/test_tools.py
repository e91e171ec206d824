"""Command languages of database shells, editors, terminals, make and network tools."""

import pytest

from interposer_argv.scripts import read
from interposer_shell.word import literal

pytestmark = pytest.mark.suite("scripts")

FINDS = {
    "sqlite-shell": ("sqlite", ".shell id", [("shell", "id")]),
    "sqlite-shortened": ("sqlite", ".sy id", [("shell", "id")]),
    "sqlite-on-a-later-line": ("sqlite", "select 1;\n.shell id", [("shell", "id")]),
    "sqlite-import-pipe": ("sqlite", ".import '|id' t", [("shell", "id")]),
    "sqlite-output-pipe": ("sqlite", ".output | id", [("shell", " id")]),
    "sqlite-once": ("sqlite", ".once out.txt", [("write", "out.txt")]),
    "sqlite-load": ("sqlite", ".load ./x", [("load", "./x")]),
    "sqlite-read-pipe": ("sqlite", ".read '|id'", [("shell", "id")]),
    "sqlite-backup": ("sqlite", ".backup main b.db", [("write", "b.db")]),
    "sqlite-writefile": ("sqlite", "select writefile('x', 'y')", [("write", "x")]),
    "sqlite-load-extension": ("sqlite", "select load_extension('./x')", [("load", "./x")]),
    "sqlite-attach": ("sqlite", "attach database 'x.db' as x", [("write", "x.db")]),
    "sqlite-text": ("sqlite", "select '\n.shell id\n' -- .shell id\n, 'writefile(''x'')'", []),
    "sqlite-dot-in-a-statement": ("sqlite", "select a\n.shell", []),
    "sqlite-schema": ("sqlite", ".schema users", []),
    "psql-bang": ("psql", r"\! id", [("shell", "id")]),
    "psql-bang-without-blank": ("psql", r"\!id", [("shell", "id")]),
    "psql-bang-behind-a-statement": ("psql", "select 1; \\! id", [("shell", "id")]),
    "psql-copy-program": ("psql", "COPY t TO PROGRAM 'id'", [("shell", "id")]),
    "psql-copy-query": ("psql", "copy (select 'to program') to program 'id'", [("shell", "id")]),
    "psql-client-copy": ("psql", r"\copy t from program 'id'", [("shell", "id")]),
    "psql-copy-file": ("psql", r"\copy t to 'out.csv' csv", [("write", "out.csv")]),
    "psql-output-pipe": ("psql", r"\o |id", [("shell", "id")]),
    "psql-g-pipe": ("psql", r"select 1 \g |id", [("shell", "id")]),
    "psql-include": ("psql", r"\i x.sql", [("load", "x.sql")]),
    "psql-backticks": ("psql", r"\set x `id`", [("shell", "id")]),
    "psql-export": ("psql", "select lo_export(1, '/x')", [("write", "/x")]),
    "psql-text": ("psql", "select '\\! id', $$ \\! id $$ -- \\! id", []),
    "psql-describe": ("psql", r"\d users", []),
    "mysql-system": ("mysql", "system id", [("shell", "id")]),
    "mysql-bang": ("mysql", r"\! id", [("shell", "id")]),
    "mysql-outfile": ("mysql", "select 1 into outfile '/x'", [("write", "/x")]),
    "mysql-local-infile": ("mysql", "load data local infile '/etc/passwd' into table t", [("send", "/etc/passwd")]),
    "mysql-text": ("mysql", "select 'system id', system from t", []),
    "output-pipe": ("pipe-or-file", "|id>/tmp/foo", [("shell", "id>/tmp/foo")]),
    "output-bang": ("pipe-or-file", "!id", [("shell", "id")]),
    "output-file": ("pipe-or-file", "out.txt", [("write", "out.txt")]),
    "duckdb-shell": ("duckdb", ".shell id", [("shell", "id")]),
    "vim-bang": ("vim", ":!id", [("shell", "id")]),
    "vim-bang-with-range": ("vim", "%!id", [("shell", "id")]),
    "vim-read-bang": ("vim", "r !id", [("shell", "id")]),
    "vim-write-bang": ("vim", "w !id", [("shell", "id")]),
    "vim-behind-a-bar": ("vim", "set nu | !id", [("shell", "id")]),
    "vim-silent": ("vim", "silent! !id", [("shell", "id")]),
    "vim-terminal": ("vim", "term id", [("shell", "id")]),
    "vim-system": ("vim", "call system('id')", [("shell", "id")]),
    "vim-echo-system": ("vim", "echo 1 . system('id')", [("shell", "id")]),
    "vim-let": ("vim", "let x = systemlist('id')", [("shell", "id")]),
    "vim-execute": ("vim", "exe '!id'", [("shell", "id")]),
    "vim-global": ("vim", "g/x/!id", [("shell", "id")]),
    "vim-autocmd": ("vim", "au VimEnter * !id", [("shell", "id")]),
    "vim-python": ("vim", "py3 import os", [("code:python", "import os")]),
    "vim-lua": ("vim", "lua os.execute('id')", [("code:lua", "os.execute('id')")]),
    "vim-source": ("vim", "so x.vim", [("load", "x.vim")]),
    "vim-write": ("vim", "w /x", [("write", "/x")]),
    "vim-substitute-expression": ("vim", r"%s/a/\=system('id')/", [("shell", "id")]),
    "vim-libcall": ("vim", "call libcall('/x.so', 'f', '')", [("load", "/x.so")]),
    "vim-makeprg": ("vim", "set makeprg=id", [("shell", "id")]),
    "vim-substitute": ("vim", "%s/!id/system('id')/ge | wq", []),
    "vim-set": ("vim", "set number | syntax on | 12", []),
    "vim-comment": ("vim", '" !id', []),
    "vim-normal": ("vim", "normal gg=G", []),
    "less-bang": ("less", "+!id", [("shell", "id")]),
    "less-every-file": ("less", "++!id", [("shell", "id")]),
    "less-search": ("less", "+/!id", []),
    "less-end": ("less", "+G", []),
    "gdb-shell": ("gdb", "shell id", [("shell", "id")]),
    "gdb-bang": ("gdb", "!id", [("shell", "id")]),
    "gdb-pipe": ("gdb", "pipe info locals | id", [("shell", "id")]),
    "gdb-python": ("gdb", "python print(1)", [("code:python", "print(1)")]),
    "gdb-python-body": ("gdb", "python\nimport os\nend\nshell id", [("code:python", "import os"), ("shell", "id")]),
    "gdb-source": ("gdb", "source x.gdb", [("load", "x.gdb")]),
    "gdb-define": ("gdb", "define f\nshell id\nend", [("shell", "id")]),
    "gdb-call": ("gdb", 'call (int)system("id")', [("shell", "id")]),
    "gdb-words": ("gdb", 'bt\nprint "shell id"\n# shell id', []),
    "make-shell": ("make", "x := $(shell id)", [("shell", "id")]),
    "make-shell-nested": ("make", "$(info $(shell id))", [("shell", "id")]),
    "make-bang": ("make", "x != id", [("shell", "id")]),
    "make-recipe": ("make", "all:\n\t@id", [("shell", "id")]),
    "make-inline-recipe": ("make", "x: ; id", [("shell", "id")]),
    "make-include": ("make", "-include x.mk", [("load", "x.mk")]),
    "make-SHELL": ("make", "SHELL = ./x", [("run", "./x")]),
    "make-file": ("make", "$(file >x,y)", [("write", "x")]),
    "make-print": ("make", "print-%: ; @echo $* = $($*)", [("shell", None)]),
    "make-assignment": ("make", "CFLAGS += -O2 # $(shell id)", []),
    "lftp-bang": ("lftp", "!id", [("shell", "id")]),
    "lftp-behind": ("lftp", "ls; !id", [("shell", "id")]),
    "lftp-shell": ("lftp", "shell id", [("shell", "id")]),
    "lftp-pipe": ("lftp", "cat x | id", [("shell", "id")]),
    "lftp-connect-program": ("lftp", "set sftp:connect-program id", [("shell", "id")]),
    "lftp-put": ("lftp", "put x", [("send", "x")]),
    "lftp-ls": ("lftp", "cls -1 'a!b' && pwd", []),
    "socat-exec": ("socat", "exec:whoami,pty", [("words", "whoami")]),
    "socat-exec-escaped": ("socat", r"EXEC:a\,b,pty", [("words", "a,b")]),
    "socat-system": ("socat", "SYSTEM:id", [("shell", "id")]),
    "socat-tcp": ("socat", "tcp-connect:h.example:1", [("host", "h.example")]),
    "socat-open": ("socat", "open:/x,creat", [("write", "/x")]),
    "socat-rdonly": ("socat", "open:/x,rdonly", [("read", "/x")]),
    "socat-path": ("socat", "/x/exec:id", [("write", "/x/exec:id")]),
    "socat-stdio": ("socat", "-", []),
    "curl-form-file": ("curl-form", "a=@/etc/passwd;type=text/plain", [("send", "/etc/passwd")]),
    "curl-form-content": ("curl-form", "a=<x", [("send", "x")]),
    "curl-form-several": ("curl-form", "a=@x,y", [("send", "x"), ("send", "y")]),
    "curl-form-text": ("curl-form", "a=b@c", []),
    "fzf-execute": ("fzf-bind", "enter:execute(vim {})", [("shell", "vim {}")]),
    "fzf-silent": ("fzf-bind", "ctrl-d:execute-silent(rm {}),ctrl-o:become:ls -l", [("shell", "rm {}"), ("shell",
    "ls -l")]),
    "fzf-reload-odd-delimiter": ("fzf-bind", "f1:up+reload~id (x)~+down", [("shell", "id (x)")]),
    "fzf-move": ("fzf-bind", "ctrl-j:down,ctrl-k:up+toggle", []),
    "tmux-new-session": ("tmux", "new-session -d -s w 'sh -c id'", [("shell", "sh -c id")]),
    "tmux-alias": ("tmux", "neww id ; ls", [("shell", "id")]),
    "tmux-run-shell": ("tmux", "run-shell id", [("shell", "id")]),
    "tmux-if-shell": ("tmux", "if-shell true { run id }", [("shell", "true"), ("shell", "id")]),
    "tmux-set": ("tmux", "set -g default-command id", [("shell", "id")]),
    "tmux-send-keys": ("tmux", "send-keys -t w 'curl x | sh' Enter", [("shell", "curl x | sh")]),
    "tmux-keys": ("tmux-keys", "curl x | sh", [("shell", "curl x | sh")]),
    "tmux-key": ("tmux-keys", "Enter", []),
    "tmux-split": ("tmux", "split-window -h -t w", []),
    "jq-import": ("jq", 'import "a" as a; .x', [("read", "a")]),
    "jq-text": ("jq", '.[] | "import \\("x")" | @sh # include "x"', []),
}  # fmt: skip
PAIRS = {
    "ssh-equals": ("ssh-option", "ProxyCommand=sh -c id", "setting", ["proxycommand", "sh -c id"]),
    "ssh-blank": ("ssh-option", "ProxyCommand sh -c id", "setting", ["proxycommand", "sh -c id"]),
    "ssh-both": ("ssh-option", 'LocalCommand = "id"', "setting", ["localcommand", "id"]),
    "curl-config": ("curl-config", '# c\noutput = "x y"', "flags", ["--output", "x y"]),
    "curl-config-short": ("curl-config", "-o x", "flags", ["-o", "x"]),
}


@pytest.mark.parametrize("name", FINDS)
def test_constructs_that_reach_outside_are_found_and_data_is_not(name):
    """Each construct is found in every spelling; the same words in text, comments and patterns are data."""
    language, text, expected = FINDS[name]

    found = [
        (entry.slot.kind + (f":{entry.slot.detail}" if entry.slot.detail else ""), entry.words[0].text)
        for entry in read(language, literal(text))
        if not entry.does
    ]

    assert found == expected


@pytest.mark.parametrize("name", PAIRS)
def test_settings_and_flags_are_split(name):
    """A setting is its key and its value; a line of a configuration is an option with its value."""
    language, text, kind, words = PAIRS[name]

    assert [(entry.slot.kind, [word.text for word in entry.words]) for entry in read(language, literal(text))] == [
        (kind, words)
    ]
