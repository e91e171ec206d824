"""Python program text: literal commands, loads, paths and addresses in it.

The text is parsed by Python's own grammar; a name is followed to what it was imported as or assigned once. What is
not a
literal is not reported, a command that is computed aside.
"""

import ast
import base64
import binascii
import textwrap
import warnings
from typing import Final

from interposer_argv.grammar import Slot
from interposer_argv.scripts import code_generic
from interposer_argv.scripts.code_python_names import Names
from interposer_argv.scripts.found import Found, act, argv, found
from interposer_argv.scripts.tape import Tape
from interposer_shell.word import Unknown, Word

_SHELLS: Final = frozenset(
    {"os.system", "os.popen", "posix.system", "subprocess.getoutput", "subprocess.getstatusoutput",
    "commands.getoutput",
     "commands.getstatusoutput", "asyncio.create_subprocess_shell", "os.popen2", "os.popen3", "popen2.popen2",
     "platform.popen", "nt.system", "ctypes.CDLL().system", "ctypes.CDLL().popen"}
)  # fmt: skip
_SUBPROCESS: Final = frozenset(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen"))
_VECTORS: Final = {
    "os.execv": 0, "os.execve": 0, "os.execvp": 0, "os.execvpe": 0, "os.posix_spawn": 0, "os.posix_spawnp": 0,
    "posix.execv": 0, "posix.execve": 0, "os.spawnv": 1, "os.spawnve": 1, "os.spawnvp": 1, "os.spawnvpe": 1,
    "_posixsubprocess.fork_exec": 0,
}  # fmt: skip
_LISTS: Final = {
    "os.execl": 0, "os.execlp": 0, "os.execle": 0, "os.execlpe": 0,
    "os.spawnl": 1, "os.spawnlp": 1, "os.spawnle": 1, "os.spawnlpe": 1,
}  # fmt: skip
_LOADS: Final = frozenset(
    {"ctypes.CDLL", "ctypes.PyDLL", "ctypes.WinDLL", "ctypes.OleDLL", "ctypes.cdll.LoadLibrary",
     "ctypes.pydll.LoadLibrary", "ctypes.LibraryLoader.LoadLibrary", "imp.load_dynamic", "imp.load_source",
     "_ctypes.dlopen"}
)  # fmt: skip
_RUNS_FILE: Final = {
    "runpy.run_path": 0, "execfile": 0, "importlib.machinery.SourceFileLoader": 1,
    "importlib.util.spec_from_file_location": 1, "importlib.machinery.ExtensionFileLoader": 1,
}  # fmt: skip
_DELETES: Final = frozenset(
    {"os.remove", "os.unlink", "os.rmdir", "os.removedirs", "shutil.rmtree", "Path.unlink", "Path.rmdir"}
)
_WRITES: Final = frozenset(
    {"Path.write_text", "Path.write_bytes", "Path.touch", "Path.mkdir", "os.mkdir", "os.makedirs", "os.truncate",
     "os.mkfifo", "numpy.save", "numpy.savetxt"}
)  # fmt: skip
_READS: Final = frozenset({"Path.read_text", "Path.read_bytes", "os.listdir", "os.scandir", "os.walk", "Path.iterdir"})
_MOVES: Final = {
    "os.rename": ("delete", "write"), "os.replace": ("delete", "write"), "shutil.move": ("delete", "write"),
    "Path.rename": ("delete", "write"), "Path.replace": ("delete", "write"), "os.symlink": ("stat", "write"),
    "os.link": ("read", "write"), "Path.symlink_to": ("write", "stat"), "shutil.copy": ("read", "write"),
    "shutil.copy2": ("read", "write"), "shutil.copyfile": ("read", "write"), "shutil.copytree": ("read", "write"),
}  # fmt: skip
_MODES: Final = frozenset({"os.chmod", "os.chown", "os.lchown", "Path.chmod", "shutil.chown"})
_OPENS: Final = frozenset({"open", "io.open", "codecs.open", "Path.open", "builtins.open", "gzip.open", "bz2.open"})
_FETCHES: Final = frozenset(
    {"urllib.request.urlopen", "urllib.urlopen", "urllib2.urlopen", "urllib.request.urlretrieve", "urllib.urlretrieve",
     "urllib.request.Request", "requests.get", "requests.head", "requests.options", "httpx.get", "httpx.head",
     "requests.request", "httpx.request"}
)  # fmt: skip
_SENDS: Final = frozenset(
    f"{module}.{verb}" for module in ("requests", "httpx") for verb in ("post", "put", "patch", "delete")
)
_HOSTS: Final = frozenset(
    {"http.client.HTTPConnection", "http.client.HTTPSConnection", "ftplib.FTP", "smtplib.SMTP", "telnetlib.Telnet"}
)
_CONNECTS: Final = frozenset({"connect", "connect_ex", "create_connection"})
_EVALUATES: Final = frozenset({"exec", "eval", "builtins.exec", "builtins.eval"})
_DECODES: Final = frozenset(
    {"base64.b64decode", "base64.b32decode", "base64.b16decode", "base64.b85decode", "base64.decodebytes",
     "base64.urlsafe_b64decode", "base64.standard_b64decode", "bytes.fromhex", "bytearray.fromhex", "codecs.decode",
     "zlib.decompress", "marshal.loads", "binascii.unhexlify", "binascii.a2b_base64", "lzma.decompress",
     "gzip.decompress", "bz2.decompress"}
)  # fmt: skip
_DEPTH: Final = 4


def read(script: Tape) -> list[Found]:
    """What `script` does; text that is not Python of this version is scanned by its tokens alone."""
    return _read(script, 0)


def _read(script: Tape, depth: int) -> list[Found]:
    text, tree = _parse(script.text)
    if tree is None:
        return code_generic.python(script)
    scan = _Scan(script, Names(script, text, tree), depth)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            scan.call(node)
    scan.finish()
    return scan.result


def _parse(text: str) -> tuple[str, ast.AST | None]:
    """The text, without a common indentation (which Python 3.14 removes), and its tree."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for form in (text, textwrap.dedent(text.lstrip("\n"))):
            try:
                return form, ast.parse(form)
            except (SyntaxError, ValueError, MemoryError, RecursionError):
                continue
    return text, None


class _Scan:
    """One walk over a program."""

    def __init__(self, script: Tape, names: Names, depth: int) -> None:
        self.script = script
        self.names = names
        self.depth = depth
        self.result: list[Found] = []
        self.connects = False
        self.rewires = False
        self.receives = False
        self.starts: list[tuple[Word, str]] = []

    def call(self, node: ast.Call) -> None:
        """Report what one call does."""
        name = self.names.dotted(node.func)
        last = name.rpartition(".")[2]
        if self._starts(node, name) or self._evaluates(node, name) or self._loads(node, name):
            return
        if self._files(node, name) or self._network(node, name):
            return
        if last in {"system", "popen"} and node.args:
            self._start("shell", self._words(node, 0), name or last, node)
        elif last in _CONNECTS:
            self._connect(node)
        elif last == "bind" and node.args and isinstance(node.args[0], ast.Tuple):
            self.connects = True
            self.result.append(act("listen", "", "python bind()"))
        elif name == "os.dup2":
            self.rewires = True

    def _starts(self, node: ast.Call, name: str) -> bool:
        if name in _SHELLS:
            self._start("shell", self._words(node, 0, "cmd", "command"), name, node)
        elif name in _SUBPROCESS:
            self._subprocess(node, name)
        elif name in _VECTORS:
            self._vector(node, name)
        elif name in _LISTS:
            first = _LISTS[name]
            rest = node.args[first + 2 : len(node.args) - (1 if name.endswith("e") else 0)]
            words = [self.names.word(arg) for arg in (*node.args[first : first + 1], *rest)]
            self._start("argv", tuple(words), name, node)
        elif name in {"asyncio.create_subprocess_exec", "shutil.which"}:
            if name.startswith("asyncio"):
                self._start("argv", tuple(self.names.word(arg) for arg in node.args), name, node)
        elif name == "pty.spawn":
            self._start("argv", self._vector_words(node, 0, "argv"), name, node)
            self.rewires = True
        elif name in {"os.startfile", "webbrowser.open"}:
            return False
        else:
            return False
        return True

    def _subprocess(self, node: ast.Call, name: str) -> None:
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        shell = keywords.get("shell")
        plain = shell is None or (isinstance(shell, ast.Constant) and not shell.value)
        words = self._vector_words(node, 0, "args")
        self._start("argv" if plain else "shell", words if plain else words[:1], name, node)
        if "executable" in keywords:
            self.result.append(found("run", self.names.word(keywords["executable"]), f"python {name}(executable=)"))
        stream = keywords.get("stdin")
        if stream is not None and not (
            isinstance(stream, ast.Constant) or self.names.dotted(stream).startswith(("subprocess.", "sys."))
        ):
            self.rewires = True

    def _vector(self, node: ast.Call, name: str) -> None:
        first = _VECTORS[name]
        program = self._words(node, first, "path", "file")
        rest = self.names.items(node.args[first + 1]) if len(node.args) > first + 1 else None
        unknown = Word((Unknown("computed", "...", many=True),), self.script.span, many=True)
        self._start("argv", (*program[:1], *(rest[1:] if rest is not None else (unknown,))), name, node)

    def _vector_words(self, node: ast.Call, place: int, *keys: str) -> tuple[Word, ...]:
        value = self._argument(node, place, *keys)
        if value is None:
            return ()
        items = self.names.items(value)
        return items if items is not None else (self.names.word(value),)

    def _start(self, kind: str, words: tuple[Word, ...], name: str, node: ast.Call) -> None:
        what = f"python {name}()"
        if not words:
            return
        if any(self.names.is_remote(arg) for arg in node.args):
            self.result.append(act("shell", "remote-code", what))
        if any(self.names.is_received(arg) for arg in node.args):
            self.receives = True
        self.starts.append((words[0], what))
        if all(isinstance(part, Unknown) and part.why == "computed" for part in words[0].parts) and words[0].parts:
            self.result.append(act("run", "computed", what))
        elif kind == "shell":
            self.result.append(found("shell", words[0], what))
        else:
            self.result.append(argv(words, what))

    def _evaluates(self, node: ast.Call, name: str) -> bool:
        if name not in _EVALUATES or not node.args:
            return False
        what = f"python {name}()"
        value = node.args[0]
        while isinstance(value, ast.Call) and self.names.dotted(value.func) == "compile" and value.args:
            value = value.args[0]
        word = self.names.word(value)
        path = self.names.file_of(value)
        if self.names.is_remote(value):
            self.result.append(act("shell", "remote-code", what))
        elif not _DECODES.isdisjoint(self.names.names_called(value)):
            self.result.append(act("code", "hidden-text", what))
            self._hidden(value)
        elif word.text is not None:
            if self.depth < _DEPTH:
                self.result.extend(_read(Tape(word.text, (), self.script.span), self.depth + 1))
        elif path is not None:
            self.result.append(found("load", path, what, job=True))
        else:
            if self.names.is_received(value):
                self.receives = True
                self.starts.append((word, what))
            self.result.append(act("run", "computed", what))
        return True

    def _hidden(self, value: ast.expr) -> None:
        """Read what a base64 literal holds."""
        for call in (inner for inner in ast.walk(value) if isinstance(inner, ast.Call)):
            text = self.names.word(call.args[0]).text if call.args else None
            if text is None or "b64decode" not in self.names.dotted(call.func) or self.depth >= _DEPTH:
                continue
            try:
                inner = base64.b64decode(text).decode("utf-8")
            except (binascii.Error, ValueError):
                continue
            if "\0" not in inner:
                self.result.extend(_read(Tape(inner, (), self.script.span), self.depth + 1))

    def _loads(self, node: ast.Call, name: str) -> bool:
        place = 1 if name in {"imp.load_dynamic", "imp.load_source"} else 0
        if name in _LOADS:
            self._path(node, place, "load", name)
        elif name in _RUNS_FILE:
            self._path(node, _RUNS_FILE[name], "load", name, job=name != "importlib.machinery.ExtensionFileLoader")
        else:
            return False
        return True

    def _files(self, node: ast.Call, name: str) -> bool:
        if name in _OPENS:
            self._open(node, name)
        elif name == "os.open":
            flags = ast.dump(node.args[1]) if len(node.args) > 1 else ""
            self._path(node, 0, "write" if "O_WRONLY" in flags or "O_RDWR" in flags else "read", name)
        elif name in _DELETES:
            self._path(node, 0, "delete", name)
        elif name in _WRITES:
            self._path(node, 0, "write", name)
        elif name in _READS:
            self._path(node, 0, "read", name)
        elif name in _MODES:
            self._path(node, 0, "mode", name)
        elif name in _MOVES:
            for place, kind in enumerate(_MOVES[name]):
                self._path(node, place, kind, name)
        else:
            return False
        return True

    def _open(self, node: ast.Call, name: str) -> None:
        mode = self._argument(node, 1, "mode")
        if name == "Path.open":
            mode = self._argument(node, 0, "mode")
        text = "r" if mode is None else self.names.word(mode).text
        kind = "write" if text is None or any(char in text for char in "wax+") else "read"
        self._path(node, 0, kind, name)

    def _network(self, node: ast.Call, name: str) -> bool:
        if name in _FETCHES or name in _SENDS:
            place = 1 if name.endswith(".request") and not name.startswith("urllib") else 0
            has_data = any(keyword.arg in {"data", "json", "files", "content"} for keyword in node.keywords)
            self._path(node, place, "url", name)
            if name.endswith("urlretrieve"):
                self._path(node, 1, "write", name)
            if name in _SENDS or has_data:
                self.result.append(act("send", "", f"python {name}()"))
        elif name in _HOSTS:
            self._path(node, 0, "host", name)
        elif name.rpartition(".")[2] in {
            "TCPServer",
            "HTTPServer",
            "ThreadingHTTPServer",
            "UDPServer",
            "create_server",
        }:
            self.result.append(act("listen", "", f"python {name}()"))
        else:
            return False
        return True

    def _connect(self, node: ast.Call) -> None:
        value = self._argument(node, 0, "address")
        if isinstance(value, ast.Tuple) and value.elts:
            self.connects = True
            word = self.names.word(value.elts[0])
            if word.head or word.text is not None:
                self.result.append(found("host", word, "python connect()"))

    def finish(self) -> None:
        """A process beside a connection that feeds it is a shell for somebody else."""
        if not self.connects or not self.starts or not (self.rewires or self.receives):
            return
        word, _ = self.starts[-1]
        does = act("escape", "remote-shell", "").does
        self.result.append(Found(Slot("shell"), (word,), "a shell wired to a socket", does=does))

    def _argument(self, node: ast.Call, place: int, *keys: str) -> ast.expr | None:
        """The argument at `place` or by one of `keys`; of a method of a path its path stands first."""
        args = list(node.args)
        if len(args) > place:
            return args[place]
        return next((keyword.value for keyword in node.keywords if keyword.arg in keys), None)

    def _words(self, node: ast.Call, place: int, *keys: str) -> tuple[Word, ...]:
        value = self._argument(node, place, *keys)
        return () if value is None else (self.names.word(value),)

    def _path(self, node: ast.Call, place: int, kind: str, name: str, *, job: bool = False) -> None:
        """Report the path at `place` where some of it is literal."""
        word = None
        if name.startswith("Path."):
            if place:
                place -= 1
            elif isinstance(node.func, ast.Attribute):
                word = self.names.word(node.func.value)
        if word is None:
            value = self._argument(node, place, "path", "file", "filename", "url", "name", "src", "dst")
            word = None if value is None else self.names.word(value)
        if word is not None and any(isinstance(part, str) or part.why == "env" or part.values for part in word.parts):
            self.result.append(found(kind, word, f"python {name}()", job=job))
