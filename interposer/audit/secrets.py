"""What looks like a secret in a command line: by shape, by the name in front of it, by the option that takes it.

Each finder yields spans; nothing here changes text. A value that is a variable (`$TOKEN`, `$(cmd)`) is no secret.
Shapes are the issuers' published token formats (docs.github.com "token formats", docs.gitlab.com "token prefixes",
api.slack.com "token types", AWS IAM "unique identifiers", RFC 7519, RFC 7468).
"""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Span = tuple[int, int]

SHAPES: tuple[tuple[str, str], ...] = (
    # marker that must occur, then the shape; the marker keeps the search off ordinary text
    ("gh", r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    ("github_pat_", r"github_pat_\w{22,255}"),
    ("gl", r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[\w-]{20,255}"),
    ("xox", r"xox[abceoprs](?:-[A-Za-z0-9]+){2,8}"),
    ("xapp-", r"xapp-\d-[A-Za-z0-9-]{20,255}"),
    ("hooks.slack.com", r"(?<=hooks\.slack\.com/services/)T\w+/B\w+/\w+"),
    ("A", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    ("eyJ", r"eyJ[\w-]{8,1024}+\.eyJ[\w-]{8,8192}+\.[\w-]*"),
    ("PRIVATE KEY", r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|\Z)"),
    ("npm_", r"npm_[A-Za-z0-9]{36}"),
    ("pypi-", r"pypi-AgE[\w-]{40,255}"),
    ("sk-", r"sk-(?:ant|proj|svcacct|admin|or|lf)-[\w-]{16,255}"),
    ("sk-", r"sk-[A-Za-z0-9]{32,255}"),
    ("AIza", r"AIza[\w-]{35}"),
    ("ya29.", r"ya29\.[\w-]{20,2048}"),
    ("GOCSPX-", r"GOCSPX-[\w-]{28}"),
    ("k_", r"[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}"),
    ("whsec_", r"whsec_[A-Za-z0-9+/]{24,255}"),
    ("SG.", r"SG\.[\w-]{22}\.[\w-]{43}"),
    ("hf_", r"hf_[A-Za-z0-9]{30,255}"),
    ("_v1_", r"do[opr]_v1_[a-f0-9]{64}"),
    ("dckr_", r"dckr_[op]at_[\w-]{20,255}"),
    ("dapi", r"dapi[a-f0-9]{32}"),
    ("shp", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    ("hv", r"hv[bs]\.[\w-]{20,1024}"),
    ("AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}"),
    (":AA", r"[0-9]{8,10}:AA[\w-]{33}"),
    ("rubygems_", r"rubygems_[a-f0-9]{48}"),
    ("gsk_", r"gsk_[A-Za-z0-9]{40,255}"),
    ("xai-", r"xai-[A-Za-z0-9]{40,255}"),
    ("lin_", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,255}"),
    ("atlasv1", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,255}"),
    ("AccountKey=", r"(?<=AccountKey=)[A-Za-z0-9+/]{40,}={0,2}"),
)  # fmt: skip

_NAME = (
    r"(?:pass(?:word|wd|phrase|code)?|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|secret[_-]?access[_-]?key"
    r"|secret[_-]?key[_-]?base|private[_-]?key|auth[_-]?key|signing[_-]?key|encryption[_-]?key|credentials?)"
)
# The value of a name: a quoted string, or a bare word with quoted pieces glued to it; a call `f(...)` is no value.
_BARE = r"""[^\s'"`;&|<>()]++(?:(?:"[^"\s]*"|'[^'\s]*')[^\s'"`;&|<>()]*+)*+(?!\()"""
_QUOTED = r"""\\?'(?!\s)(?P<single>[^'\\\n]++)\\?'|\\?"(?!\s)(?P<double>(?:[^"\\\n]|\\[^"])++)\\?\""""
_VALUE = rf"(?:{_QUOTED}|(?P<bare>{_BARE}))"
# Behind a space, prose is more likely than a password ("add the --token option"): it must not be one plain word.
_ODD = r"""(?=[^\s'"]*[0-9!@#%^*_+=.:/]|[^\s'"]*[a-z][^\s'"]*[A-Z])"""
_NAMED: tuple[tuple[tuple[str, ...], str], ...] = (
    # GITHUB_TOKEN=x, db.password = "x", --api-key=x, ?access_token=x
    (("=",), rf"(?<![A-Za-z0-9])(?:[\w.-]{{0,64}}[_.-])?{_NAME}\s?:?=(?!=)\s?{_VALUE}"),
    (("=",), rf"(?<![A-Za-z0-9_])(?:PGPASSWORD|MYSQL_PWD|SSHPASS|REDISCLI_AUTH|BORG_PASSPHRASE)={_VALUE}"),
    (("=",), rf"[?&](?:sig|signature|x-amz-signature|x-goog-signature|auth|jwt|sessionid)={_VALUE}"),
    (("--",), rf"(?<!\S)--(?:[a-z0-9]+[_-])*+{_NAME}[ \t]+(?!-)(?-i:{_ODD}){_VALUE}"),
    (('"', "'"), rf"""["'](?:\w{{0,64}}[_-])?{_NAME}\\?["']\s*:\s*(?=\\?["']){_VALUE}"""),
    # RFC 9110 section 11.6.2; RFC 6265 section 4.2
    (
        ("authorization",),
        r"authorization\s*:\s*(?:basic|bearer|digest|token|apikey|negotiate)\s+(?P<bare>[^'\"\r\n]+)",
    ),
    (("authorization",), r"authorization\s*:\s*(?P<bare>(?=[^\s'\"]*[0-9])[^\s'\"]{8,})"),
    (("bearer",), r"\bbearer\s+(?P<bare>(?=[^\s'\"]*[0-9])[\w.~+/=-]{16,})"),
    (("cookie",), r"\b(?:set-)?cookie2?\s*:\s*(?P<bare>[\w.%-]+=[^'\"\r\n]+)"),
    (("x-", "private-token"), rf"\b(?:x-[\w-]{{0,64}}(?:key|token|auth|secret)|private-token)\s*:\s*{_VALUE}"),
    # RFC 3986 section 3.2.1: user:password@
    (("://",), r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,24}://[^\s/:@'\"]{0,255}:(?P<bare>[^\s/@'\"]+)@"),
    (("password",), r"\blogin\s+\S+\s+password\s+(?P<bare>[^\s'\"]+)"),  # netrc(5)
    (("pass:",), r"(?<![\w/.-])pass:(?P<bare>[^\s'\"]+)"),  # openssl-passphrase-options(1)
)  # fmt: skip
_PLAIN = (
    r"(?i)true|false|yes|no|on|off|null|nil|none|undefined|required|optional|[0-9]{1,3}|\*+|\.{2,}|x{3,}|<[^>]*>|str|string|"
    r"\u2039redacted:[0-9a-f]{12}\u203a|(?:env|os|process|self|settings|config|secrets|args|request)\.[\w.]+|input|getpass"
)
_VARIABLES = r"(?:\$\w*|\$\{[^}]*\}|\$\([^)]*\)|`[^`]*`|[:@/.-])+"


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled on first use: all of them together would be a tenth of what the cold path may take."""
    return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Takes:
    """How one tool is handed a secret.

    Attributes:
        next: options whose next argument is the secret.
        glued: short options that the secret is glued to (`-psecret`).
        after: text inside the value behind which the secret begins (`user:secret`), "" for all of it.
        sub: subcommand that must be given, "" for any.
        headers: options whose next argument is a header line.
    """

    next: tuple[str, ...] = ()
    glued: tuple[str, ...] = ()
    after: str = ""
    sub: str = ""
    headers: tuple[str, ...] = ()


_MYSQL = Takes(glued=("-p",))  # mysql(1): "-ppassword", no space between option and value
_LOGIN = Takes(next=("-p",), sub="login")  # docker-login(1)
_HEADERS = ("-H", "--header")
TOOLS: Mapping[str, tuple[Takes, ...]] = {
    **dict.fromkeys(("mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mariadb-dump"), (_MYSQL,)),
    **dict.fromkeys(("docker", "podman", "helm", "az"), (_LOGIN,)),
    **dict.fromkeys(("wget", "gh", "glab", "hey", "wrk", "oha", "grpcurl", "ab"), (Takes(headers=_HEADERS),)),
    "curl": (  # curl(1): -b takes a file unless it holds `=`
        Takes(next=("-u", "--user", "-U", "--proxy-user"), glued=("-u", "-U"), after=":"),
        Takes(next=("-b", "--cookie"), after="="),
        Takes(headers=(*_HEADERS, "--proxy-header")),
    ),
    "sshpass": (Takes(next=("-p",), glued=("-p",)),),  # sshpass(1)
    "redis-cli": (Takes(next=("-a", "--pass")),),  # redis-cli --help
    **dict.fromkeys(("zip", "unzip"), (Takes(next=("-P",)),)),  # zip(1), unzip(1)
    **dict.fromkeys(("7z", "7za", "7zz"), (Takes(glued=("-p",)),)),
    **dict.fromkeys(("ldapsearch", "ldapmodify", "ldapadd"), (Takes(next=("-w",)),)),  # ldapsearch(1)
    **dict.fromkeys(("mongosh", "mongo", "mongodump"), (Takes(next=("-p",)),)),
    "sqlcmd": (Takes(next=("-P",)),),
    "smbclient": (Takes(next=("-U", "--user"), after="%"),),  # smbclient(1)
}
_TOOLS_A_COMMAND = 4
"""So many tools of the table are looked at in one command (`sudo sshpass -p x mysql -py`); bounds the work."""
_NESTED = 4
_SCRIPT_OPTIONS = r"-[a-z]*c"
_HINTS = (
    "pass",
    "secret",
    "token",
    "key",
    "credential",
    "auth",
    "cookie",
    "bearer",
    "pwd",
    "?sig",
    "&sig",
    "jwt",
    "sess",
)
"""Every name of this module holds one of these: ordinary lines are told apart by a few substring searches."""
_LONG = re.compile(r"[\w+=-]{18}|hooks\.slack|PRIVATE KEY")
_SEPARATORS = str.maketrans(dict.fromkeys("/'\"`();&|\n=\0", " "))
_ANNOUNCES = rf"(?i)--?(?:[a-z0-9]+[_-])*+{_NAME}"
_ASSIGNS = rf"(?i)(?:--?)?(?:[\w.-]{{0,64}}[_.-])?(?:{_NAME}|PGPASSWORD|MYSQL_PWD|SSHPASS)="
_SCHEME = r"(?:(?:basic|bearer|token|digest)\s+)?"
_HEADER = rf"(?is)[\w-]*(?:key|token|auth|secret|authorization|cookie)\s*:\s*{_SCHEME}(?P<value>\S.*)"
_WORDS = r"""(?s)(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s;&|<>()'"\\])+|[;&|\n()]"""


def may_hold_secrets(text: str) -> bool:
    """Whether a closer look is worth it; False is a promise, True is not."""
    lowered = text.lower()
    return (
        any(hint in lowered for hint in _HINTS)
        or "://" in text
        or _LONG.search(text) is not None
        or not TOOLS.keys().isdisjoint(text.translate(_SEPARATORS).split())
    )


def secrets_in_text(text: str, depth: int = 0) -> list[Span]:
    """Spans of the secrets in a script or command line, in order and apart from each other."""
    if not may_hold_secrets(text):
        return []
    found = _spans_in_word(text)
    for command in _commands(text):
        for index, (start, end) in _spans_by_option([word for word, _ in command], depth):
            found += _unquoted(text, command[index][1] + start, command[index][1] + end)
    return merged(found)


def secrets_in_argv(argv: Sequence[str]) -> list[tuple[int, Span]]:
    """`(index, span)` of the secrets in an argv: inside an argument, or announced by the option before it."""
    if not may_hold_secrets("\0".join(argv)):
        return []
    inside = [(index, span) for index, word in enumerate(argv) for span in _spans_in_word(word)]
    by_option = [found for found in _spans_by_option(argv, 0) if not _is_plain(argv[found[0]][slice(*found[1])])]
    return inside + by_option


def merged(spans: Iterable[Span]) -> list[Span]:
    """Overlapping and touching spans joined, in order; empty ones dropped."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined


def _spans_in_word(text: str) -> list[Span]:
    found: list[Span] = []
    if _LONG.search(text):
        found += [
            match.span()
            for marker, shape in SHAPES
            if marker in text
            for match in _compiled(rf"(?<![A-Za-z0-9]){shape}").finditer(text)
        ]
    lowered = text.lower()
    for markers, pattern in _NAMED:
        if any(marker in lowered for marker in markers):
            found += [span for match in _compiled(f"(?i){pattern}").finditer(text) if (span := _value_of(match))]
    return found


def _value_of(match: re.Match[str]) -> Span | None:
    groups = match.groupdict()
    name = next(name for name in ("single", "double", "bare") if groups.get(name) is not None)
    only_variables = name != "single" and _compiled(_VARIABLES).fullmatch(match[name])
    return None if only_variables or _is_plain(match[name]) else match.span(name)


def _is_plain(value: str) -> bool:
    """A value that is no secret by itself: empty, a word such as `true`, a tag of ours."""
    return not value or _compiled(_PLAIN).fullmatch(value) is not None


def _unquoted(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without the quotes around it, unless what stands there is no secret or only variables.

    In code, a closing bracket or comma may hang on the quoted value.
    """
    if end - start > 1 and text[start] in "'\"":
        last = text.rfind(text[start], start + 1, end)
        if last > 0 and not text[last + 1 : end].strip(",;)]}"):
            start, end = start + 1, last
    literal = start > 0 and text[start - 1] == "'"
    if not _is_plain(text[start:end]) and (literal or not _compiled(_VARIABLES).fullmatch(text, start, end)):
        yield start, end


def _spans_by_option(argv: Sequence[str], depth: int) -> Iterator[tuple[int, Span]]:
    yield from _announced(argv, depth)
    yield from _taken(argv)


def _announced(argv: Sequence[str], depth: int) -> Iterator[tuple[int, Span]]:
    """`--password X`, `--password=X` and `PASSWORD=X` as whole arguments, and script text behind `-c`."""
    for index, word in enumerate(argv):
        if assigns := _compiled(_ASSIGNS).match(word):
            yield index, (assigns.end(), len(word))
        if index == 0:
            continue
        option = argv[index - 1]
        if len(option) > len("-p") and _compiled(_ANNOUNCES).fullmatch(option) and not word.startswith("-"):
            yield index, (0, len(word))
        elif depth < _NESTED and _compiled(_SCRIPT_OPTIONS).fullmatch(option):
            for span in secrets_in_text(word, depth + 1):
                yield index, span


def _taken(argv: Sequence[str]) -> Iterator[tuple[int, Span]]:
    """What the tools of `TOOLS` in this argv, also behind a wrapper such as `sudo`, take as a secret."""
    at = [index for index, word in enumerate(argv) if word.rpartition("/")[2] in TOOLS]
    for start in at[:_TOOLS_A_COMMAND]:
        for takes in TOOLS[argv[start].rpartition("/")[2]]:
            if not takes.sub or takes.sub in argv[start + 1 :]:
                for index in range(start + 1, len(argv)):
                    yield from _taken_at(takes, argv, index)


def _taken_at(takes: Takes, argv: Sequence[str], index: int) -> Iterator[tuple[int, Span]]:
    word, option = argv[index], argv[index - 1]
    if option in takes.headers and (header := _compiled(_HEADER).fullmatch(word)):
        yield index, header.span("value")
    start = 0 if option in takes.next else next((len(o) for o in takes.glued if word.startswith(o)), None)
    if start is not None:
        mark = word.find(takes.after, start) if takes.after else start
        if mark >= 0:
            yield index, (mark + len(takes.after), len(word))


def _commands(text: str) -> Iterator[list[tuple[str, int]]]:
    """Simple commands as `(word, offset)`, roughly: enough to see which option stands before which word.

    APPROX: here-documents and comments are split like code; a quoted word loses its quotes, not its escapes.
    """
    words: list[tuple[str, int]] = []
    for match in _compiled(_WORDS).finditer(text):
        word, at = match[0], match.start()
        if word in {";", "&", "|", "\n", "(", ")"}:
            yield words
            words = []
        elif word[0] in "'\"" and word[-1] == word[0] and len(word) > 1 and word[0] not in word[1:-1]:
            words.append((word[1:-1], at + 1))
        else:
            words.append((word, at))
    yield words
