"""How the tokens and calls of each scanned language look."""

from dataclasses import dataclass
from typing import Final

from interposer_argv.scripts import code_tables as tables
from interposer_argv.scripts.code_quotes import perl_quotes, ruby_quotes
from interposer_argv.scripts.code_tokens import Lexicon, Quote


@dataclass(frozen=True, slots=True)
class Language:
    """How one language is scanned.

    Attributes:
        remote: names that bring text from the network.
        sockets: names that open a connection.
        decodes: names that turn data into hidden text.
    """

    name: str
    lexicon: Lexicon
    calls: tables.Calls
    joins: frozenset[str]
    bare: bool = False
    remote: frozenset[str] = frozenset()
    sockets: frozenset[str] = frozenset()
    decodes: frozenset[str] = frozenset()


_DOUBLE: Final = ('"', Quote('"'))
_SINGLE: Final = ("'", Quote("'"))
_C_BLOCK: Final = (("/*", "*/"),)
NODE: Final = Language(
    "node",
    Lexicon(
        ("//",), _C_BLOCK, (_DOUBLE, _SINGLE, ("`", Quote("`", marks="$"))), slashes=True, letters="_$#", lines=False
    ),
    tables.NODE,
    frozenset({"+"}),
    remote=frozenset({"fetch", "http.get", "https.get", "axios.get", "axios", "http.request", "https.request"}),
    sockets=frozenset({"net.connect", "net.Socket", "net.createConnection", "net.createServer", "tls.connect"}),
    decodes=frozenset({"atob", "Buffer.from", "unescape", "decodeURIComponent"}),
)
RUBY: Final = Language(
    "ruby",
    Lexicon(
        ("#",), (), (('"', Quote('"', marks="#")), _SINGLE, ("`", Quote("`", marks="#", command=True))),
        slashes=True, letters="_@$", special=ruby_quotes, lines=True,
    ),
    tables.RUBY,
    frozenset({"+"}),
    bare=True,
    remote=frozenset({"URI.open", "Net.HTTP.get", "open-uri"}),
    sockets=frozenset({"TCPSocket.new", "TCPSocket.open", "TCPSocket", "Socket.tcp", "TCPServer.new",
    "TCPServer.open"}),
    decodes=frozenset({"Base64.decode64", "Base64.strict_decode64", "unpack", "unpack1"}),
)  # fmt: skip
PERL: Final = Language(
    "perl",
    Lexicon(
        ("#",), (), (('"', Quote('"', marks="$@")), _SINGLE, ("`", Quote("`", marks="$@", command=True))),
        slashes=True, letters="_", special=perl_quotes,
    ),
    tables.PERL,
    frozenset({"."}),
    bare=True,
    remote=frozenset({"get", "LWP.Simple.get", "LWP.UserAgent.new", "HTTP.Tiny.new"}),
    sockets=frozenset({"IO.Socket.INET.new", "socket", "connect", "IO.Socket.INET", "IO.Socket.SSL.new"}),
    decodes=frozenset({"decode_base64", "MIME.Base64.decode_base64", "pack", "unpack"}),
)  # fmt: skip
PHP: Final = Language(
    "php",
    Lexicon(
        ("//", "#"), _C_BLOCK, (('"', Quote('"', marks="$")), _SINGLE, ("`", Quote("`", marks="$", command=True))),
        letters="_$",
    ),
    tables.PHP,
    frozenset({"."}),
    bare=True,
    remote=frozenset({"file_get_contents", "curl_exec"}),
    sockets=frozenset({"fsockopen", "pfsockopen", "stream_socket_client", "socket_connect"}),
    decodes=frozenset({"base64_decode", "gzinflate", "gzuncompress", "str_rot13", "hex2bin", "convert_uudecode"}),
)  # fmt: skip
LUA: Final = Language(
    "lua",
    Lexicon(
        ("--",),
        (("--[[", "]]"),),
        (_DOUBLE, _SINGLE, ("[[", Quote("]]", escapes=False)), ("[=[", Quote("]=]", escapes=False))),
    ),
    tables.LUA,
    frozenset({".."}),
    bare=True,
    remote=frozenset({"http.request", "socket.http.request"}),
    sockets=frozenset({"socket.tcp", "socket.connect", "socket.tcp()"}),
)
R: Final = Language(
    "r",
    Lexicon(("#",), (), (_DOUBLE, _SINGLE, ("`", Quote("`"))), letters="_.", lines=True),
    tables.R,
    frozenset(),
    remote=frozenset({"url", "readLines", "RCurl.getURL", "httr.GET", "getURL"}),
    sockets=frozenset({"socketConnection"}),
)
JULIA: Final = Language(
    "julia",
    Lexicon(
        ("#",), (("#=", "=#"),),
        (('"""', Quote('"""', marks="$")), ('"', Quote('"', marks="$")), ("`", Quote("`", marks="$", command=True))),
        letters="_!", lines=True,
    ),
    tables.JULIA,
    frozenset({"*"}),
    sockets=frozenset({"connect", "Sockets.connect"}),
    remote=frozenset({"download", "HTTP.get"}),
    decodes=frozenset({"base64decode"}),
)  # fmt: skip
JAVA: Final = Language(
    "java",
    Lexicon(
        ("//",),
        _C_BLOCK,
        (('"""', Quote('"""')), ("'''", Quote("'''")), ('"', Quote('"', marks="$")), _SINGLE),
        slashes=True,
    ),
    tables.JAVA,
    frozenset({"+"}),
    sockets=frozenset({"Socket", "java.net.Socket"}),
    remote=frozenset({"URL", "java.net.URL"}),
    decodes=frozenset({"Base64.getDecoder"}),
)
PYTHON: Final = Language(
    "python",
    Lexicon(
        ("#",), (), (('"""', Quote('"""')), ("'''", Quote("'''")), _DOUBLE, _SINGLE), lines=True,
    ),
    tables.RUBY
    | dict.fromkeys(("os.system", "os.popen", "subprocess.getoutput", "commands.getoutput"), ("shell", 0))
    | dict.fromkeys(("subprocess.run", "subprocess.call", "subprocess.Popen", "subprocess.check_output"), ("argv", 0))
    | {"pty.spawn": ("argv", 0), "shutil.rmtree": ("delete", 0), "os.remove": ("delete", 0), "exec": ("eval", 0)},
    frozenset({"+"}),
)  # fmt: skip
