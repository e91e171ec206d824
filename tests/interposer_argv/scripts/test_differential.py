"""The readers against the real tools: a command that runs is found, one that does not run is not."""

import shutil
import subprocess

import pytest

from interposer_argv.reading import GrammarError
from interposer_argv.scripts import read
from interposer_shell.word import literal

pytestmark = pytest.mark.suite("scripts-differential")

RUN = "touch mark"
SED = [
    "e touch mark", "1e touch mark", "2e touch mark", "e\\touch mark", "e\\\ntouch mark", "e \\touch mark",
    r"\xaxe touch mark",
    "s/a/touch mark/e", "s/a/touch mark/pe", "s/a/touch mark/ge;p", "s\\a\\touch mark\\e", "s/a/touch mark/ e",
    "{e touch mark\n}",
    "/a/Ie touch mark", "/a/ I e touch mark", ":x;e touch mark", "tx;e touch mark;:x", "a x\ne touch mark",
    "a\\  \ne touch mark",
    "a\\\nx\\\ne touch mark", "i\\e touch mark", "a x\\\\\ne touch mark", "c\\\n\ne touch mark", "p # e touch mark",
    "#n\ne touch mark",
    "w e touch mark", "s/a/b/w e touch mark", "s/a/b/we", "s/e touch mark/x/", "y/a/e/;e touch mark", "s/[/]/e",
    "s/a/b/;e touch mark",
    "$!e touch mark", "1!e touch mark", "e touch\\\n mark", r"e \x74ouch mark", r"e touch \x6dark",
    r"e touch m\d097rk", "be\n:e",
    "r e\np", "}e touch mark", "s/a/b/e;e touch mark", "q5;e touch mark", "l 1;e touch mark", "b;e touch mark",
    "1,+0e touch mark",
    "0~1e touch mark", "s/a/b\\\n/;e touch mark", "e touch mark;p}", "v\ne touch mark", "$!N;e touch mark",
    "a}\ne touch mark",
]  # fmt: skip
AWK = [
    'BEGIN{system("touch mark")}', 'BEGIN{system ("touch mark")}', 'system("touch mark")',
    'BEGIN{"touch mark" | getline}',
    'BEGIN{"touch " "mark" | getline}', 'BEGIN{("touch " "mark") | getline}', 'BEGIN{print "" | "touch mark"}',
    'BEGIN{print "" | "touch" " mark"}', 'BEGIN{printf("") | "touch mark"}', 'BEGIN{c="touch mark"; c | getline}',
    'BEGIN{c="touch"; d=c " mark"; system(d)}', r'BEGIN{system("touch\040mark")}', 'BEGIN{system("touch \\\nmark")}',
    'BEGIN{print "system(\\"touch mark\\")"}', '# system("touch mark")\n{print}', '/system("touch mark")/',
    'BEGIN{x=1/2; system("touch mark"); y=3/4}',
    '{gsub(/"/, ""); system("touch mark"); gsub(/"/, "")}', 'BEGIN{if (1) /"/ ; system("touch mark"); z = /"/}',
    'BEGIN{print "touch mark" > "out"}', 'BEGIN{print ("touch mark" > "a")}', 'BEGIN{close("touch mark")}',
    'BEGIN{while(("touch mark" | getline x) > 0);}',
    'BEGIN{x["system"]=1; for (k in x) print k, "touch mark"}', 'BEGIN{print "a" "touch mark" | "cat"}',
    'BEGIN{s=sprintf("touch %s","mark"); system(s)}',
    'function f(c) { system(c) } BEGIN{f("touch mark")}', 'BEGIN { getline x < "touch mark" }',
    'BEGIN{print 1, 2 | "touch mark"}',
    'BEGIN{print(1)(2) | "touch mark"}', 'BEGIN{print -1 " " -1; "touch mark" | getline $1}',
    'BEGIN{print length / 2; system("touch mark") / 2}',
    'BEGIN{a = "touch mark"; b = a; system(b)}', 'END{system("touch mark")}',
    'BEGIN{print "touch mark" |& "cat"}', 'BEGIN{"touch mark" |& getline}', 'BEGIN{f="system"; @f("touch mark")}',
    'BEGIN{awk::system("touch mark")}',
]  # fmt: skip
TOOLS = {"sed": ("sed", SED), "gawk": ("awk", AWK), "mawk": ("awk", AWK), "original-awk": ("awk", AWK),
"perl": ("perl", [
    "system('touch mark')", "exec 'touch', 'mark'", "print `touch mark`", "qx{touch mark}",
    "open(F,'|touch mark');close F", "open(F,'touch mark|')",
    "open(my $f,'-|','touch','mark')", "$_='x';s/x/system('touch mark')/e", "'x'=~/(?{system('touch mark')})/",
    "print \"@{[system('touch mark')]}\"",
    "print q{system('touch mark')}", "print 'x'; # system('touch mark')", "$x{s}=1; y/a/b/; system('touch mark')",
    "print $#a; system('touch mark')",
    "print <<E; system('touch mark');\nit's\nE\n", "print <<'E';\nsystem('touch mark')\nE\n",
    "my %h=(q=>1, s=>2); system('touch mark')",
    "exec {'touch'} 'touch','mark'", "print 4/2; print `touch mark`; print 4/2", "system qw(touch mark)",
    "eval 'system(\"touch mark\")'",
]), "node": ("node", [
    "require('child_process').execSync('touch mark')", "const {execSync:e}=require('child_process'); e('touch mark')",
    "console.log(`${require('child_process').execSync('touch mark')}`)", "/x/.exec('touch mark')",
    "console.log('execSync(1)') // touch mark",
    "const r=/['\"`]/; require('child_process').execSync('touch mark')",
    "const a=4/2; const b=`x`; child_process.execSync('touch mark')",
    "child_process.spawnSync('touch',['mark'])", "eval('child_process.execSync(\"touch mark\")')",
    "new Function('child_process.execSync(\"touch mark\")')",
    "process.mainModule.require('child_process').execSync('touch mark')",
    "const c = child_process; c.execFileSync('touch', ['mark'])",
])}  # fmt: skip
ARGS = {"perl": ["-e"], "node": ["-e"]}
CASES = [(tool, text) for tool, (_, texts) in TOOLS.items() for text in texts]
MORE = {
    "new Function('child_process.execSync(\"touch mark\")')": "made and never called",
    "process.mainModule.require('child_process').execSync('touch mark')": "without a main module it fails",
    "b;e touch mark": "jumped over",
    "tx;e touch mark;:x": "sed's shell gets `touch mark;:x`; dash stops at `:x`",
    "c\\\n\ne touch mark": "`c` ends the cycle",
    "2e touch mark": "one line of input",
    "$!e touch mark": "one line of input",
    "1!e touch mark": "one line of input",
    "q5;e touch mark": "ended before",
    'BEGIN{"touch " "mark" | getline}': "mawk runs `mark`",
    'BEGIN{if (1) /"/ ; system("touch mark"); z = /"/}': "mawk rejects it",
    'BEGIN{print length / 2; system("touch mark") / 2}': "mawk rejects it",
    'BEGIN{"touch mark" |& getline}': "gawk only",
    'BEGIN{f="system"; @f("touch mark")}': "gawk only",
    'BEGIN{awk::system("touch mark")}': "gawk 5 only",
}
"""Found though nothing ran in this one run: the reason."""


@pytest.mark.parametrize(("tool", "text"), CASES, ids=[f"{tool}-{number}" for number, (tool, _) in enumerate(CASES)])
def test_what_the_real_tool_runs_is_found(tool, text, tmp_path):
    """The reader finds a command where the tool runs one, and none where it cannot."""
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"{tool} is not installed")
    (tmp_path / "in").write_text("a\n")
    subprocess.run(
        [program, *ARGS.get(tool, []), text, "in"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=20,
        check=False,
    )
    ran = (tmp_path / "mark").exists()
    try:
        found = [
            entry for entry in read(TOOLS[tool][0], literal(text)) if entry.slot.kind in {"shell", "argv"} or entry.does
        ]
    except GrammarError:
        found = []
        assert not ran
    seen = any("touch" in word.source or word.unknowns for entry in found for word in entry.words)
    if ran:
        assert seen
    elif text not in MORE:
        assert not any(RUN in " ".join(word.source for word in entry.words) for entry in found)
