"""git's own small languages."""

import pytest

from interposer_argv.reading import GrammarError
from interposer_argv.scripts import read
from interposer_shell.word import literal

pytestmark = pytest.mark.suite("scripts")

FINDS = {
    "alias-shell": ("git-alias", "!sh -c id", [("shell", ["sh -c id"])]),
    "alias-options": (
        "git-alias",
        "-c core.pager=id log '--format=%h a'",
        [("flags", ["-c", "core.pager=id", "log", "--format=%h a"])],
    ),
    "alias-blank-before-bang-is-a-word": ("git-alias", " !id", [("flags", ["!id"])]),
    "ext": ("git-remote", "ext::sh -c id", [("argv", ["sh", "-c", "id"])]),
    "ext-escapes": ("git-url", "ext::sh -c touch% x%% %S %G/a", [("argv", ["sh", "-c", "touch x%", "%S"])]),
    "helper": ("git-remote", "foo::bar", [("run", ["git-remote-foo"])]),
    "helper-by-scheme": ("git-remote", "foo://bar", [("run", ["git-remote-foo"])]),
    "underscore-is-no-scheme": ("git-remote", "e_t::y", [("host", ["e_t"])]),
    "https": ("git-remote", "https://h/p", [("url", ["https://h/p"])]),
    "http-helper": ("git-remote", "http::http://h/p", [("url", ["http://h/p"])]),
    "scp": ("git-remote", "git@h.example:p/q.git", [("host", ["h.example"])]),
    "option-as-host": ("git-remote", "ssh://-oProxyCommand=id/x", [("shell", ["id/x"])]),
    "path": ("git-remote", "../other", [("read", ["../other"])]),
    "colon-behind-slash-is-a-path": ("git-remote", "./a:b", [("read", ["./a:b"])]),
    "file": ("git-remote", "file:///srv/x", [("read", ["/srv/x"])]),
    "name": ("git-remote", "origin", []),
    "descriptor": ("git-remote", "fd::17/x", []),
    "force": ("refspec", "+main", [("refspec:force", ["main"])]),
    "target": ("refspec", "HEAD:refs/heads/main", [("refspec", ["main"])]),
    "delete": ("refspec", ":main", [("refspec:delete", ["main"])]),
    "key-in-lower-case": ("git-config-pair", "Core.sshCommand=id", [("setting", ["core.sshcommand", "id"])]),
    "subsection-keeps-case": ("git-config-pair", "remote.Up.URL=a=b", [("setting", ["remote.Up.url", "a=b"])]),
    "no-value-is-true": ("git-config-pair", "core.bare", [("setting", ["core.bare", "true"])]),
}
REJECTED = [
    ("git-alias", "log 'x"),
    ("git-config-pair", "corepager=x"),
    ("git-config-pair", "core.pager =x"),
    ("git-remote", "ext:: "),
]


@pytest.mark.parametrize("name", FINDS)
def test_each_text_is_split_as_git_splits_it(name):
    """Aliases, remotes, refspecs and settings become the slots that git makes of them."""
    language, text, expected = FINDS[name]

    found = [
        (entry.slot.kind + (f":{entry.slot.detail}" if entry.slot.detail else ""), [word.text for word in entry.words])
        for entry in read(language, literal(text))
    ]

    assert found == expected


@pytest.mark.parametrize(("language", "text"), REJECTED)
def test_what_git_rejects_is_an_error(language, text):
    """A text that git itself rejects is a GrammarError."""
    with pytest.raises(GrammarError):
        read(language, literal(text))
