"""Program texts of languages other than Python, scanned by their tokens: strings, comments, patterns and calls."""

from typing import Final

from interposer_argv.grammar import Slot
from interposer_argv.scripts.code_calls import Call, Source
from interposer_argv.scripts.code_languages import JAVA, JULIA, LUA, NODE, PERL, PHP, PYTHON, RUBY, Language, R
from interposer_argv.scripts.code_tokens import Token, tokens
from interposer_argv.scripts.found import Found, act, argv, found
from interposer_argv.scripts.tape import Tape, refuse
from interposer_shell.word import Unknown, Word

_DEPTH: Final = 6
_SHELLS: Final = frozenset({"sh", "bash", "zsh", "dash", "ksh", "cmd", "cmd.exe", "powershell", "pwsh", "busybox"})


def node(script: Tape) -> list[Found]:
    """JavaScript for node, bun or deno."""
    return _read(script, NODE, 0)


def ruby(script: Tape) -> list[Found]:
    """Ruby."""
    return _read(script, RUBY, 0)


def perl(script: Tape) -> list[Found]:
    """Perl 5."""
    return _read(script, PERL, 0)


def php(script: Tape) -> list[Found]:
    """PHP without its opening tag."""
    return _read(script, PHP, 0)


def lua(script: Tape) -> list[Found]:
    """Lua."""
    return _read(script, LUA, 0)


def r(script: Tape) -> list[Found]:
    """R."""
    return _read(script, R, 0)


def julia(script: Tape) -> list[Found]:
    """Julia."""
    return _read(script, JULIA, 0)


def java(script: Tape) -> list[Found]:
    """Java, Groovy and jrunscript."""
    return _read(script, JAVA, 0)


def python(script: Tape) -> list[Found]:
    """Python that this version's own grammar does not take (Python 2, unknown pieces)."""
    return _read(script, PYTHON, 0)


def _read(script: Tape, language: Language, depth: int, aliases: dict[str, str] | None = None) -> list[Found]:
    if depth > _DEPTH:
        raise refuse("code: text in text is nested too deeply")
    source = Source(script, tokens(script, language.lexicon), language.joins, language.bare, dict(aliases or {}))
    source.learn()
    if language is NODE:
        _node_modules(source)
    elif language is PHP:
        source.aliases.update(
            {name: text for name in source.values if (text := source.word(*source.values[name]).text)}
        )
    scan = _Scan(source, language, depth)
    for token in source.stream:
        if token.kind == "command":
            scan.command(token)
        for inner in token.inner:
            code = Tape(inner, script.unknowns, script.span)
            scan.result.extend(_read(code, language, depth + 1, source.aliases))
    for call in source.calls(scan.wants):
        scan.call(call)
    scan.finish()
    return scan.result


def _node_modules(source: Source) -> None:  # noqa: C901 - one branch for each form of import
    """Local names of modules: `x = require("m")`, `{a, b: c} = require("m")`, `import x, {a as b} from "m"`."""
    stream = source.stream
    for name, (first, stop) in list(source.values.items()):
        start = first
        while stream[start].text in {"await", "util", "promisify", ".", "("} and start < stop - 1:
            start += 1
        if stop == start + 1 and stream[start].kind == "name":
            source.aliases[name] = source.aliases.get(stream[start].text, stream[start].text)
            continue
        last = stop - 1
        while stream[last].text == ")" and stream[last].mate < start:
            last -= 1
        if stream[last].text == ")" and stream[stream[last].mate - 1].text in {"require", "import"}:
            opening = stream[last].mate
            source.aliases[name] = (source.word(opening + 1, last).text or "").removeprefix("node:")
        elif last > start and stream[last].kind == "name" and stream[last - 1].text == ".":
            source.aliases[name] = source.name(last)
    for at, token in enumerate(stream):
        if token.kind == "op" and token.text == "}" and token.mate >= 0:
            module = _module_behind(source, at + 1)
            if module:
                _members(source, token.mate + 1, at, module)
        elif (
            token.kind == "name"
            and token.text == "from"
            and stream[at + 1].kind == "string"
            and stream[at - 1].kind == "name"
        ):
            source.aliases[stream[at - 1].text] = (source.word(at + 1, at + 2).text or "").removeprefix("node:")


def _module_behind(source: Source, at: int) -> str:
    """The module in `= require("m")` or `from "m"` at `at`."""
    stream = source.stream
    if stream[at].text == "=":
        at += 2 if stream[at + 1].text == "await" else 1
        if stream[at].text not in {"require", "import"} or stream[at + 1].text != "(":
            return ""
        at += 1
    elif stream[at].text != "from":
        return ""
    return (source.word(at + 1, at + 2).text or "").removeprefix("node:")


def _members(source: Source, start: int, stop: int, module: str) -> None:
    for first, last in source.split(start, stop):
        source.aliases[source.stream[last - 1].text] = f"{module}.{source.stream[first].text}"


class _Scan:
    """One walk over the calls of a program."""

    def __init__(self, source: Source, language: Language, depth: int) -> None:
        self.source = source
        self.language = language
        self.depth = depth
        self.result: list[Found] = []
        self.starts: list[Word] = []
        self.named: set[str] = set()
        self.open_evaluation = False

    def command(self, token: Token) -> None:
        """Text between backticks: a shell's, in Julia words of a command."""
        word = Word(token.parts, self.source.script.span)
        kind = "words" if self.language is JULIA else "shell"
        if self.language is not JULIA or word.parts:
            self._start(kind, (word,), f"{self.language.name} backticks")

    def wants(self, name: str) -> bool:
        """Whether a call of that name could count."""
        return bool(self._action(name)[0])

    def call(  # noqa: C901 - one branch for each action
        self, call: Call
    ) -> None:
        """Report what one call does."""
        self.named.add(call.name)
        action, place = self._action(call.name)
        what = f"{self.language.name} {call.name}()"
        args = call.args
        if self.language is PERL and action == "system" and self.source.stream[call.at + 1].text == "{":
            self._block(call, what)
        elif action == "execute":
            self._execute(call, what)
        elif not action or (len(args) <= place and action != "listen"):
            return
        elif action in {"shell", "words"}:
            items = self.source.words(*args[place])
            if items:
                self._start("argv", items, what)
            else:
                self._start(action, (self.source.word(*args[place]),), what)
        elif action == "system":
            self._system(args[place:], what)
        elif action == "argv":
            self._vector(args[place:], what)
        elif action == "eval":
            self._evaluate(call, what)
        elif action == "open":
            self._open(args[place:], what)
        elif action == "listen":
            self.result.append(act("listen", "", what))
        else:
            self._value(action, args[place], what)

    def _action(self, name: str) -> tuple[str, int]:
        """The action of a call; of Groovy's `"cmd".execute()` it is `execute`."""
        known = self.language.calls.get(name)
        if known is None and self.language is JAVA and name.rpartition(".")[2] == "execute":
            return ("execute", 0)
        if known is None and self.language is JAVA and name.endswith(".exec"):
            return ("words", 0)
        return known or ("", 0)

    def _execute(self, call: Call, what: str) -> None:
        """`"cmd".execute()` and `["cmd", "arg"].execute()`."""
        at = call.at - 2
        stream = self.source.stream
        if at < 0 or stream[call.at - 1].text != ".":
            return
        if stream[at].kind == "string":
            self._start("words", (self.source.word(at, at + 1),), what)
        elif stream[at].text == "]" and stream[at].mate >= 0:
            self._start("argv", self.source.words(stream[at].mate, at + 1) or (), what)

    def _block(self, call: Call, what: str) -> None:
        """Perl's `exec {PROGRAM} ARGV0, ARGS`: the program is the block's value."""
        opening = call.at + 1
        close = self.source.stream[opening].mate
        words = [
            self.source.word(*arg) for arg in self.source.split(close + 1, self.source.statement_end(close + 1, ";"))
        ]
        if close > opening:
            self._start("argv", (self.source.word(opening + 1, close), *words[1:]), what)

    def _system(self, args: tuple[tuple[int, int], ...], what: str) -> None:
        stream = self.source.stream
        if len(args) > 1 and stream[args[0][0]].text == "{":
            args = args[1:]
        first = stream[args[0][0]]
        if (
            self.language is PERL
            and first.kind == "name"
            and first.text.isidentifier()
            and args[0][1] == args[0][0] + 1
        ):
            self._start("shell", (self.source.script.word(first.text),), what)
            return
        items = self.source.words(*args[0])
        plain = [arg for arg in args if not self._is_keyword(arg)]
        if items is not None:
            self._start("argv", items, what)
        elif len(plain) > 1 and "popen" not in what.lower().replace("popen2", "").replace("popen3", ""):
            self._start("argv", tuple(self.source.word(*arg) for arg in plain), what)
        else:
            self._start("shell", (self.source.word(*args[0]),), what)

    def _is_keyword(self, arg: tuple[int, int]) -> bool:
        """Whether an argument is `key: value` or `key => value`."""
        return any(self.source.stream[at].text in {"=>", ":"} for at in range(arg[0], min(arg[1], arg[0] + 3)))

    def _vector(self, args: tuple[tuple[int, int], ...], what: str) -> None:
        stream = self.source.stream
        first = self.source.words(*args[0])
        words = first if first is not None else (self.source.word(*args[0]),)
        shelled = any(
            stream[at].text == "shell" and stream[at + 2].text not in {"false", "0"}
            for arg in args
            for at in range(*arg)
        )
        if len(args) > 1:
            rest = self.source.words(*args[1]) if stream[args[1][0]].text != "{" else ()
            if rest is None:
                rest = tuple(self.source.word(*arg) for arg in args[1:] if stream[arg[0]].text != "{")
            words = (*words, *rest)
        if shelled and words:
            self._start("shell", words[:1], what)
        else:
            self._start("argv", words, what)

    def _start(self, kind: str, words: tuple[Word, ...], what: str) -> None:
        if not words:
            return
        self.starts.append(words[0])
        if words[0].parts and all(isinstance(part, Unknown) and part.why == "computed" for part in words[0].parts):
            self.result.append(act("run", "computed", what))
        elif kind == "argv":
            self.result.append(argv(words, what))
        else:
            self.result.append(found(kind, words[0], what))

    def _evaluate(self, call: Call, what: str) -> None:
        """Literal text is read again; fetched, decoded and computed text is named."""
        if self.source.stream[call.at + 1].text == "{":
            return
        start, stop = call.args[-1 if call.name == "Function" else 0]
        word = self.source.word(start, stop)
        if word.text is not None:
            inner = Tape(word.text, (), self.source.script.span)
            self.result.extend(_read(inner, self.language, self.depth + 1, self.source.aliases))
            return
        names = {self.source.name(at) for at in range(start, stop) if self.source.stream[at].kind == "name"}
        lasts = {name.rpartition(".")[2] for name in names}
        if names & self.language.remote:
            self.result.append(act("shell", "remote-code", what))
        elif names & self.language.decodes or lasts & self.language.decodes:
            self.result.append(act("code", "hidden-text", what))
        else:
            self.open_evaluation = True
            self.result.append(act("run", "computed", what))

    def _open(self, args: tuple[tuple[int, int], ...], what: str) -> None:
        """`open(PATH, MODE)`; perl's and ruby's text with a `|` is a command."""
        first = self.source.word(*args[0])
        second = self.source.word(*args[1]) if len(args) > 1 else None
        head, tail = first.head.lstrip(), (first.parts[-1] if first.parts and isinstance(first.parts[-1], str) else "")
        if self.language is PERL and second is not None:
            mode = head.strip()
            if "|" in mode:
                words = tuple(self.source.word(*arg) for arg in args[1:])
                self._start("shell" if len(words) == 1 else "argv", words, what)
            else:
                self._path("write" if ">" in mode or "+" in mode else "read", second, what)
        elif self.language.name in {"perl", "ruby"} and head.startswith("|"):
            self._start("shell", (first.drop(first.head.index("|") + 1),), what)
        elif self.language is PERL and tail.rstrip().endswith("|"):
            self._start("shell", (Word((*first.parts[:-1], tail.rstrip()[:-1]), first.span),), what)
        elif self.language is PERL and head.startswith((">&", "<&")):
            return
        elif self.language is PERL and head.startswith((">", "+")):
            self._path("write", first.drop(len(first.head) - len(first.head.lstrip(" >+"))), what)
        elif first.head.startswith(("http:", "https:", "ftp:")):
            self.result.append(found("url", first, what))
        else:
            mode = "r" if second is None else (second.text if second.text is not None else "r")
            self._path("write" if any(char in mode for char in "wax+") else "read", first, what)

    def _value(self, action: str, arg: tuple[int, int], what: str) -> None:
        word = self.source.word(*arg)
        if action == "get":
            action = "url" if word.head.startswith(("http:", "https:", "ftp:")) else "read"
        if action == "send":
            self.result.append(act("send", "", what))
            action = "url"
        if action == "job-load":
            if word.head.startswith(("/", ".", "~")) or (word.text or "").endswith((".so", ".node", ".dylib")):
                native = (word.text or "").endswith((".so", ".node", ".dylib"))
                self.result.append(found("load", word, what, job=not native))
            return
        items = self.source.words(*arg)
        for item in items or (word,):
            self._path(action, item, what)

    def _path(self, kind: str, word: Word, what: str) -> None:
        if any(isinstance(part, str) for part in word.parts):
            self.result.append(found(kind, word, what))

    def finish(self) -> None:
        """A process beside a connection is a shell for somebody else; fetched text beside an open `eval` is run."""
        names = self.named | {token.text for token in self.source.stream if token.kind == "name"}
        if self.language is NODE and not self.starts and self._requires("child_process"):
            self.result.append(act("run", "computed", "node child_process"))
        if self.named & self.language.sockets:
            for word in self.starts:
                program = (word.text or "").split(" ")[0].rpartition("/")[2]
                if word.text is None or program in _SHELLS:
                    does = act("escape", "remote-shell", "").does
                    self.result.append(Found(Slot("shell"), (word,), "a shell wired to a socket", does=does))
                    break
        if self.named & self.language.remote and (self.open_evaluation or self._passes_eval(names)):
            self.result.append(act("shell", "remote-code", f"{self.language.name} eval of fetched text"))

    def _requires(self, module: str) -> bool:
        """Whether `require("module")` or an import of it stands anywhere."""
        stream = self.source.stream
        return any(
            token.kind == "string"
            and "".join(str(part) for part in token.parts).removeprefix("node:") == module
            and (at > 0 and stream[at - 1].text in {"(", "from", "import"})
            for at, token in enumerate(stream)
        )

    def _passes_eval(self, names: set[str]) -> bool:
        """Whether `eval` itself is handed on (`.then(eval)`)."""
        if "eval" not in names:
            return False
        stream = self.source.stream
        return any(
            token.text == "eval" and stream[at + 1].text in {")", ","}
            for at, token in enumerate(stream)
            if token.kind == "name"
        )
