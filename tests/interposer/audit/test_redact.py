"""Secrets are found by shape, name and option; what only looks like one stays."""

import os
import shlex
import stat
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interposer.audit.redact import Redactor, load_key
from interposer.errors import AuditError

pytestmark = pytest.mark.suite("redact")

REDACTOR = Redactor(b"k" * 32)
GITHUB = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----"

# (id, command line, secrets that must be gone from it)
SECRETS = [
    ("github-token", f"git clone https://{GITHUB}@github.com/a/b", [GITHUB]),
    ("github-fine-grained", "gh auth login --with-token github_pat_11ABCDEFG0abcdefghijkl_x", ["11ABCDEFG0abc"]),
    ("gitlab-token", "echo glpat-abcdefghij0123456789", ["glpat-abcdefghij0123456789"]),
    ("slack-token", "echo xoxb-" + "123456789012-abcdefABCDEF", ["123456789012-abcdefABCDEF"]),
    ("slack-webhook", "curl https://hooks.slack.com/services/T0000/B0000/" + "XXXXyyyyZZZZ", ["XXXXyyyyZZZZ"]),
    ("aws-key-id", "aws configure set aws_access_key_id AKIAIOSFODNN7EXAMPLE", ["AKIAIOSFODNN7EXAMPLE"]),
    ("aws-secret", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY aws s3 ls", ["wJalrXUtnFEMI"]),
    ("jwt", f"echo {JWT}", [JWT]),
    ("private-key", f"echo '{KEY}'", ["b3BlbnNzaC1rZXk"]),
    ("private-key-cut", "echo '-----BEGIN RSA PRIVATE KEY-----\nMIIEow'", ["MIIEow"]),
    ("npm", "npm config set _authToken npm_" + "aB3" * 12, ["npm_aB3"]),
    ("pypi", "twine upload -p pypi-AgEIcHlwaS5vcmc" + "x1" * 30, ["AgEIcHlwaS5vcmc"]),
    ("openai", "echo sk-proj-" + "aB3_" * 8, ["aB3_aB3_"]),
    ("openai-old", "echo sk-" + "aB3x" * 12, ["aB3xaB3x"]),
    ("anthropic", "ANTHROPIC_API_KEY=sk-ant-api03-" + "aB3-" * 8 + " claude", ["api03"]),
    ("google", "echo AIza" + "SyA12345678901234567890123456789012", ["SyA1234567"]),
    ("stripe", "stripe --api-key sk_" + "live_abcdefghijklmnop1234", ["abcdefghijklmnop"]),
    ("hugging-face", "echo hf_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345", ["aBcDeFgHiJ"]),
    ("vault", "VAULT_TOKEN=hvs.CAESIabcdefghij0123456789 vault read x", ["CAESIabc"]),
    ("url-password", "psql postgres://app:s3cr3t!@db/x", ["s3cr3t!"]),
    ("url-without-user", "redis-cli -u redis://:hunter2@h:6379", ["hunter2"]),
    ("url-query", "curl 'https://x.example/a?id=1&access_token=abcdef&b=2'", ["abcdef"]),
    ("option-next", "tool --password hunter2 --name bob", ["hunter2"]),
    ("option-plain-word", "tool --password hunter --name bob", ["hunter"]),
    ("option-equals", "tool --api-key=abcdef", ["abcdef"]),
    ("option-quoted", "tool --client-secret 'two words'", ["two words"]),
    ("option-with-metacharacters", "tool '--password=a,b(c) d'", ["a,b(c) d"]),
    ("option-one-dash", "tool -password hunter2", ["hunter2"]),
    ("mysql-glued", "mysql -u root -phunter2 db", ["hunter2"]),
    ("mysql-behind-sudo", "sudo mysql -phunter2", ["hunter2"]),
    ("sshpass", "sshpass -p hunter2 ssh host", ["hunter2"]),
    ("curl-user", "curl -u bob:hunter2 https://x.example", ["hunter2"]),
    ("curl-user-glued", "/usr/bin/curl -ubob:hunter2 https://x.example", ["hunter2"]),
    ("docker-login", "docker login -u bob -p hunter2 r.example", ["hunter2"]),
    ("redis-auth", "redis-cli -a hunter2 ping", ["hunter2"]),
    ("header-bearer", "curl -H 'Authorization: Bearer abcdefgh' u", ["abcdefgh"]),
    ("header-basic", "curl --header 'authorization: Basic Ym9iOmh1bnRlcjI=' u", ["Ym9iOmh1bnRlcjI="]),
    ("header-bare", "curl -H 'apikey: abcdefgh' u", ["abcdefgh"]),
    ("header-private-token", "curl --header 'PRIVATE-TOKEN: abcdefgh' u", ["abcdefgh"]),
    ("header-x", "curl -H 'X-Vault-Token: abcdefgh' u", ["abcdefgh"]),
    ("header-cookie", "curl -H 'Cookie: sid=abcdefgh; t=1' u", ["abcdefgh"]),
    ("cookie-option", "curl -b sid=abcdefgh u", ["abcdefgh"]),
    ("assignment", "DB_PASSWORD=hunter2 make test", ["hunter2"]),
    ("assignment-lower", "export db_password='hunter two'", ["hunter two"]),
    ("assignment-pgpassword", "PGPASSWORD=hunter psql", ["hunter"]),
    ("assignment-glued-quotes", "TOKEN=abc'def'ghi cmd", ["abc", "def", "ghi"]),
    ("env-operand", "env SECRET_KEY_BASE=abcdef rails s", ["abcdef"]),
    ("json-body", """curl -d '{"user":"bob","password":"hunter2"}' u""", ["hunter2"]),
    ("nested-script", "bash -lc 'tool --password hunter --name x'", ["hunter"]),
    ("nested-mysql", """bash -c "mysql -phunter2 -e 'select 1'" """, ["hunter2"]),
    ("python-code", """python -c "connect(password='hunter2')" """, ["hunter2"]),
    ("netrc", "echo 'machine h login bob password hunter2' > f", ["hunter2"]),
    ("openssl", "openssl rsa -passin pass:hunter2 -in k", ["hunter2"]),
    ("dollar-in-single-quotes", "tool --password '$ecret1'", ["ecret1"]),
    ("second-command", "cd x && tool --token abcdef | cat", ["abcdef"]),
]  # fmt: skip

LOOK_ALIKES = [
    "git show 3f786850e387550fdab836ed7e6dc881de23001b",
    "echo 123e4567-e89b-12d3-a456-426614174000",
    "sha256sum -c e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "docker pull a@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "mkdir -p src/token/password",
    "ssh -p 2222 host",
    "docker run -p 80:80 nginx",
    "git add -p",
    "pytest -k token -p no:cacheprovider",
    "git commit -m 'Add the --password option'",
    "git commit -m 'Authorization: fix the header'",
    "git commit -m 'fix: the token expires, refresh it'",
    "git clone git@github.com:a/b.git",
    "git clone ssh://git@github.com/a/b.git",
    "curl http://localhost:8080/a@b",
    "grep -rn 'password=' src",
    "grep -H 'token: str' a.py",
    "tool --password-file /run/secrets/db --password-stdin",
    'tool --token $TOKEN --secret=${SECRET} --password "$(pass show x)"',
    "export GITHUB_TOKEN=$(gh auth token)",
    'curl -u "$USER:$PASS" https://x.example',
    'curl -H "Authorization: Bearer $TOKEN" https://x.example',
    "llm --max-tokens 4096 --temperature 1",
    "TOKENIZERS_PARALLELISM=false python x.py",
    "GIT_ASKPASS=/usr/bin/true SSH_AUTH_SOCK=/run/a.sock git fetch",
    "python -c 'if token == expected: token = get_token()'",
    "go test -run TestPasswordReset ./...",
    "ls ~/.config/sk-something desk-lamp-with-a-rather-long-name",
    "echo AKIA and eyJ and ghp_ and xoxb-",
    "rsync -a pass-through/ host:secret-santa/",
    "find . -name '*secret*' -o -path '*/tokens/*'",
    "curl -b cookies.txt -c cookies.txt https://x.example",
    "sort --key=2 -t: /etc/passwd",
    "npm config get registry",
    "echo task-management-board-for-a-whole-team",
]  # fmt: skip


@pytest.mark.parametrize(("line", "secrets"), [row[1:] for row in SECRETS], ids=[row[0] for row in SECRETS])
def test_secret_is_gone_from_text_and_argv(line, secrets) -> None:
    """No secret of the table is left, whether the line is judged as script text or as an argv."""
    as_text = REDACTOR.text(line)
    as_argv = " ".join(REDACTOR.argv(shlex.split(line)))

    assert [secret for secret in secrets if secret in as_text or secret in as_argv] == []
    assert "\u2039redacted:" in as_text
    assert "\u2039redacted:" in as_argv


@pytest.mark.parametrize("line", LOOK_ALIKES)
def test_look_alike_stays(line) -> None:
    """Hashes, UUIDs, variables and ordinary words are written as they are."""
    argv = tuple(shlex.split(line)) if "$" not in line else ()

    assert REDACTOR.text(line) == line
    assert REDACTOR.argv(argv) == argv


def test_equal_secrets_compare_under_one_key_only() -> None:
    """The same secret gets the same tag in every spelling; another install's tag differs."""
    spelled = [REDACTOR.text("t --token abc123x"), REDACTOR.text("t --token='abc123x'")]
    tags = {line[line.index("\u2039") : line.index("\u203a") + 1] for line in spelled}

    assert tags == {REDACTOR.tag("abc123x")}
    assert Redactor(b"x" * 32).tag("abc123x") not in tags


def test_quotes_and_commas_around_a_value_stay() -> None:
    """The same secret in code and on a command line gets the same tag."""
    tag = REDACTOR.tag("abc123x")

    assert REDACTOR.text("f(SECRET_KEY='abc123x', a=1)") == f"f(SECRET_KEY='{tag}', a=1)"


def test_slot_kind_secret_is_redacted_by_span() -> None:
    """What a rule's `secret` slot holds is redacted although nothing in its text says so."""
    assert REDACTOR.argv(["x", "hunter", "y"], indices=[1]) == ("x", REDACTOR.tag("hunter"), "y")
    assert REDACTOR.text("x hunter y", spans=[(2, 8)]) == f"x {REDACTOR.tag('hunter')} y"


def test_known_secret_is_gone_wherever_it_is_quoted() -> None:
    """A reason that quotes a piece of the command does not bring its secret back."""
    knowing = REDACTOR.knowing(["mysql", "-phunter2"])

    assert knowing.text("runs hunter2 unread") == f"runs {REDACTOR.tag('hunter2')} unread"


@given(st.text(alphabet="pP-=:'\" $/@aA1\n;", max_size=60))
@settings(max_examples=200, deadline=None)
def test_redaction_is_stable(text) -> None:
    """Redacting twice says the same as redacting once."""
    once = REDACTOR.text("--password " + text)

    assert REDACTOR.text(once) == once


@pytest.mark.parametrize(
    "bomb",
    ["a." * 30_000, "-" * 60_000, "curl " * 12_000, "eyJ-" * 15_000, "token" * 12_000, "x://" * 15_000, "'\"" * 30_000,
     "--a-" * 15_000, "mysql -p " * 6_000, "password=" * 6_000, "'password'" * 6_000, "-c " * 20_000],
)  # fmt: skip
def test_hostile_text_is_scanned_in_bounded_time(bomb) -> None:
    """60 kB made to provoke backtracking takes no more than a few times what harmless text of that size takes."""
    started = time.perf_counter()
    REDACTOR.text(bomb)

    assert time.perf_counter() - started < 2.0


def test_key_is_made_once_and_private(tmp_path) -> None:
    """The first use makes the key with mode 0600; later uses read the same one."""
    first = load_key(tmp_path)

    assert load_key(tmp_path) == first
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / "redact.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["redact.key"]


@pytest.mark.parametrize("spoil", ["symlink", "open", "short", "fifo"])
def test_key_that_others_could_know_is_refused(spoil, tmp_path) -> None:
    """A link, a readable file, one of the wrong size or a pipe in the key's place is an error."""
    path = tmp_path / "redact.key"
    match spoil:
        case "symlink":
            (tmp_path / "real").write_bytes(b"k" * 32)
            path.symlink_to(tmp_path / "real")
        case "open":
            path.write_bytes(b"k" * 32)
            path.chmod(0o644)
        case "short":
            path.write_bytes(b"k")
            path.chmod(0o600)
        case "fifo":
            os.mkfifo(path, 0o600)

    with pytest.raises(AuditError) as refused:
        load_key(tmp_path)

    assert refused.value.code == "IP-73"
