"""What names and expressions of a Python program stand for."""

import ast
from collections import Counter
from typing import Final

from interposer_argv.scripts.tape import Tape, is_opaque, joined
from interposer_shell.word import Unknown, Word

_DEPTH: Final = 30
_PARTS: Final = 40
_LENGTH: Final = 8000
_SHOWN: Final = 60
_STEPS: Final = 6
_REMOTE: Final = frozenset(
    {"urllib.request.urlopen", "urllib.urlopen", "urllib2.urlopen", "requests.get", "requests.post", "httpx.get",
     "urllib.request.urlretrieve"}
)  # fmt: skip
_RECEIVES: Final = frozenset({"recv", "recvfrom", "makefile"})
_PATHS: Final = frozenset({"pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath", "Path"})


class Names:
    """Imports, and variables that are assigned once."""

    def __init__(self, script: Tape, text: str, tree: ast.AST) -> None:
        self.script = script
        self.imports: dict[str, str] = {}
        self.values: dict[str, ast.expr] = {}
        self.loops: dict[str, ast.expr] = {}
        self.lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.names: dict[int, str] = {}
        self.known: dict[str, tuple[str | Unknown, ...]] = {}
        self.called: dict[str, frozenset[str]] = {}
        stored: Counter[str] = Counter()
        for node in ast.walk(tree):
            self._learn(node)
            stored.update(_stored(node))
        for name, times in stored.items():
            if times > 1:
                self.values.pop(name, None)
                self.loops.pop(name, None)

    def _learn(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    top = alias.name.partition(".")[0]
                    self.imports[alias.asname or top] = alias.name if alias.asname else top
            case ast.ImportFrom(module=str(module), names=names):
                for alias in names:
                    if alias.name == "*":
                        self.imports.update({name: f"{module}.{name}" for name in _STARS.get(module, ())})
                    else:
                        self.imports[alias.asname or alias.name] = f"{module}.{alias.name}"
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.withitem(optional_vars=ast.Name(id=name), context_expr=value)
            ):
                self.values[name] = value
            case (
                ast.For(target=ast.Name(id=name), iter=value) | ast.comprehension(target=ast.Name(id=name), iter=value)
            ):
                self.loops[name] = value

    def dotted(self, node: ast.expr, depth: int = 0) -> str:
        """The full dotted name that `node` stands for, "" where it has none; a method of a path is `Path.NAME`."""
        if depth > _DEPTH:
            return ""
        if id(node) not in self.names:
            self.names[id(node)] = ""
            self.names[id(node)] = self._dotted(node, depth)
        return self.names[id(node)]

    def _dotted(self, node: ast.expr, depth: int) -> str:
        match node:
            case ast.Name(id=name):
                if name in self.imports:
                    return self.imports[name]
                value = self.values.get(name)
                if isinstance(value, ast.Name | ast.Attribute) or (
                    isinstance(value, ast.Call) and self._module(value, depth + 1)
                ):
                    return self.dotted(value, depth + 1)
                if isinstance(value, ast.Call) and self.dotted(value.func, depth + 1) in _LIBRARIES:
                    return "ctypes.CDLL()"
                return name
            case ast.Attribute(value=base, attr=attr):
                if self.is_path(base, depth + 1):
                    return f"Path.{attr}"
                return f"{self.dotted(base, depth + 1)}.{attr}"
            case ast.Call():
                name = self._module(node, depth + 1)
                if name:
                    return name
                return "ctypes.CDLL()" if self.dotted(node.func, depth + 1) in _LIBRARIES else ""
        return ""

    def _module(self, node: ast.Call, depth: int) -> str:
        """`__import__("m")`, `importlib.import_module("m")`, `getattr(m, "name")`."""
        if depth > _DEPTH or not node.args:
            return ""
        called = self.dotted(node.func, depth)
        if called in {"__import__", "importlib.import_module", "builtins.__import__"}:
            return self.word(node.args[0]).text or ""
        if called == "getattr" and len(node.args) > 1:
            return f"{self.dotted(node.args[0], depth)}.{self.word(node.args[1]).text or ''}"
        return ""

    def is_path(self, node: ast.expr, depth: int = 0) -> bool:
        """Whether `node` makes a pathlib path."""
        if depth > _DEPTH:
            return False
        match node:
            case ast.Call(func=func):
                name = self.dotted(func, depth + 1)
                return name in _PATHS or name in {"pathlib.Path.home", "Path.home", "Path.expanduser", "Path.joinpath"}
            case ast.BinOp(left=left, op=ast.Div()):
                return self.is_path(left, depth + 1)
            case ast.Name(id=name) if name in self.values:
                return self.is_path(self.values[name], depth + 1)
        return False

    def word(self, node: ast.expr, depth: int = 0) -> Word:
        """The text of `node`, with unknown pieces where it is computed; pathlib, join and expanduser are followed."""
        return Word(joined(self._parts(node, depth)), self.script.span)

    def _parts(  # noqa: C901, PLR0912 - one case for each form of expression
        self, node: ast.expr, depth: int
    ) -> tuple[str | Unknown, ...]:
        if depth > _DEPTH:
            return (self._unknown(node),)
        match node:
            case ast.Constant(value=str(text)):
                return self.script.word(text).parts
            case ast.Constant(value=bytes(data)):
                return self.script.word(data.decode("utf-8", "replace")).parts
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return (*self._parts(left, depth + 1), *self._parts(right, depth + 1))
            case ast.BinOp(left=left, op=ast.Div(), right=right) if self.is_path(left):
                return (*self._parts(left, depth + 1), "/", *self._parts(right, depth + 1))
            case ast.JoinedStr(values=values):
                return tuple(part for value in values for part in self._parts(value, depth + 1))
            case ast.FormattedValue(value=value):
                return self._parts(value, depth + 1)
            case ast.Name(id=name) if name in self.values:
                return self._held(name, depth)
            case ast.Name(id=name) if is_opaque(name):
                return self.script.word(name).parts
            case ast.Name(id=name) if name in self.loops:
                return (self._loop(node, name, depth),)
            case ast.Subscript(value=base, slice=ast.Constant(value=str(key))) if self.dotted(base) == "os.environ":
                return (Unknown("env", self._source(node), key),)
            case ast.Attribute() if self.dotted(node) == "sys.executable":
                return ("python3",)
            case ast.Call():
                return self._call(node, depth)
        return (self._unknown(node),)

    def _held(self, name: str, depth: int) -> tuple[str | Unknown, ...]:
        """The value of a variable, computed once; a long one counts as unknown, so that doubling stays bounded."""
        if name not in self.known:
            unknown = (self._unknown(self.values[name]),)
            self.known[name] = unknown
            parts = self._parts(self.values[name], depth + 1)
            short = len(parts) <= _PARTS and sum(len(part) for part in parts if isinstance(part, str)) <= _LENGTH
            self.known[name] = parts if short else unknown
        return self.known[name]

    def _call(self, node: ast.Call, depth: int) -> tuple[str | Unknown, ...]:
        name = self.dotted(node.func)
        first = node.args[0] if node.args else None
        if name in {"os.getenv", "os.environ.get"} and isinstance(first, ast.Constant) and isinstance(first.value, str):
            return (Unknown("env", self._source(node), first.value),)
        if name in {"Path.home", "pathlib.Path.home"}:
            return (Unknown("env", self._source(node), "HOME"),)
        if name == "os.path.expanduser" and first is not None:
            return self._home(self._parts(first, depth + 1))
        if name == "Path.expanduser" and isinstance(node.func, ast.Attribute):
            return self._home(self._parts(node.func.value, depth + 1))
        if name in _PATHS or name in {"os.path.join", "str", "os.fspath", "os.path.abspath", "os.path.realpath"}:
            pieces = [self._parts(arg, depth + 1) for arg in node.args]
            return tuple(part for at, piece in enumerate(pieces) for part in (("/", *piece) if at else piece))
        if name == "Path.joinpath" and isinstance(node.func, ast.Attribute):
            pieces = [self._parts(arg, depth + 1) for arg in (node.func.value, *node.args)]
            return tuple(part for at, piece in enumerate(pieces) for part in (("/", *piece) if at else piece))
        match node.func:
            case ast.Attribute(value=ast.Constant(value=str(glue)), attr="join") if first is not None:
                items = self.items(first)
                if items is not None:
                    return tuple(
                        part for at, item in enumerate(items) for part in ((glue, *item.parts) if at else item.parts)
                    )
            case ast.Attribute(value=base, attr="strip" | "encode" | "decode" | "split" | "resolve" | "absolute"):
                return self._parts(base, depth + 1)
        return (self._unknown(node),)

    def _home(self, parts: tuple[str | Unknown, ...]) -> tuple[str | Unknown, ...]:
        if parts and isinstance(parts[0], str) and (parts[0] == "~" or parts[0].startswith("~/")):
            return (Unknown("env", "~", "HOME"), *((parts[0][1:],) if parts[0] != "~" else ()), *parts[1:])
        return parts

    def _loop(self, node: ast.expr, name: str, depth: int) -> Unknown:
        items = self.loops[name]
        if depth < _DEPTH and isinstance(items, ast.List | ast.Tuple | ast.Set):
            return Unknown("loop", name, name, values=tuple(self.word(item, depth + 1) for item in items.elts))
        return self._unknown(node)

    def items(self, node: ast.expr, depth: int = 0) -> tuple[Word, ...] | None:
        """The words of a list or tuple, None where `node` is none."""
        if depth > _DEPTH:
            return None
        match node:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return tuple(self._item(element) for element in elements)
            case ast.Name(id=name) if name in self.values:
                return self.items(self.values[name], depth + 1)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, second = self.items(left, depth + 1), self.items(right, depth + 1)
                if first is None and second is None:
                    return None
                return (*(first or (self._many(left),)), *(second or (self._many(right),)))
            case ast.Call(func=ast.Attribute(value=base, attr="split"), args=[]):
                text = self.word(base).text
                return None if text is None else tuple(Word((piece,), self.script.span) for piece in text.split())
            case ast.Call(args=[ast.expr() as only]) if self.dotted(node.func) == "shlex.split":
                text = self.word(only).text
                return None if text is None else tuple(Word((piece,), self.script.span) for piece in text.split())
        return None

    def _item(self, node: ast.expr) -> Word:
        return self._many(node) if isinstance(node, ast.Starred) else self.word(node)

    def _many(self, node: ast.expr) -> Word:
        return Word((Unknown("computed", self._source(node), many=True),), self.script.span, many=True)

    def names_called(self, node: ast.expr, depth: int = 0) -> frozenset[str]:
        """The dotted names of the calls inside `node`, variables that are assigned once followed."""
        result: set[str] = set()
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call):
                result.add(self.dotted(inner.func) or f".{getattr(inner.func, 'attr', '')}")
            elif isinstance(inner, ast.Name) and inner.id in self.values and depth < _STEPS:
                if inner.id not in self.called:
                    self.called[inner.id] = frozenset()
                    self.called[inner.id] = self.names_called(self.values[inner.id], depth + 1)
                result |= self.called[inner.id]
        return frozenset(result)

    def is_remote(self, node: ast.expr) -> bool:
        """Whether `node` holds text that is fetched from the network."""
        return not _REMOTE.isdisjoint(self.names_called(node))

    def is_received(self, node: ast.expr) -> bool:
        """Whether `node` holds text that a socket received."""
        return any(name.rpartition(".")[2] in _RECEIVES for name in self.names_called(node))

    def file_of(self, node: ast.expr) -> Word | None:
        """The path of `open(PATH).read()` or `Path(PATH).read_text()`, None for other expressions."""
        for call in (inner for inner in ast.walk(node) if isinstance(inner, ast.Call)):
            name = self.dotted(call.func)
            if name in {"open", "io.open", "codecs.open", "builtins.open"} and call.args:
                return self.word(call.args[0])
            if name in {"Path.read_text", "Path.read_bytes"} and isinstance(call.func, ast.Attribute):
                return self.word(call.func.value)
        return None

    def _unknown(self, node: ast.expr) -> Unknown:
        return Unknown("computed", self._source(node))

    def _source(self, node: ast.expr) -> str:
        """The beginning of what stands in the text, as far as its first line goes."""
        line = self.lines[node.lineno - 1].encode("utf-8", "surrogatepass")[node.col_offset :]
        if node.end_lineno == node.lineno and node.end_col_offset is not None:
            line = line[: node.end_col_offset - node.col_offset]
        return self.script.source(line[: 4 * _SHOWN].decode("utf-8", "replace")[:_SHOWN].rstrip("\n"))


def _stored(node: ast.AST) -> tuple[str, ...]:
    """The names that `node` itself binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            return (name,)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case ast.AugAssign(target=ast.Name(id=name)):
            return (name, name)
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return (*names, *names)
    return ()


_LIBRARIES: Final = frozenset({"ctypes.CDLL", "ctypes.PyDLL", "ctypes.cdll.LoadLibrary", "cdll.LoadLibrary"})
_STARS: Final = {
    "os": ("system", "popen", "execv", "execvp", "execl", "execlp", "remove", "unlink", "dup2"),
    "subprocess": ("run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput"),
    "ctypes": ("CDLL", "cdll", "PyDLL"),
    "pty": ("spawn",),
    "shutil": ("rmtree", "move", "copy"),
    "pathlib": ("Path",),
    "socket": ("socket", "create_connection"),
}
