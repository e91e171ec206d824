"""Secrets never reach the log: each is replaced by a keyed tag, equal ones by the same tag."""

import hashlib
import hmac
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from interposer.audit.files import create_private, read_private
from interposer.audit.secrets import Span, merged, secrets_in_argv, secrets_in_text

KEY_NAME = "redact.key"
KEY_BYTES = 32
SHORTEST = 4
"""A found secret of fewer characters is not searched for elsewhere: that would redact ordinary words."""


def load_key(state_dir: Path) -> bytes:
    """The key of this install's tags, made on first use (mode 0600).

    Raises:
        AuditError: IP-73, the key file is not private, not regular or not of the right size.
    """
    path = state_dir / KEY_NAME
    if not os.path.lexists(path):
        create_private(path, os.urandom(KEY_BYTES))
    return read_private(path, exactly=KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Replaces secrets by tags under `key`.

    A redactor made by `knowing` also replaces the secrets that it was told of wherever they stand.
    """

    key: bytes = field(repr=False)
    known: tuple[str, ...] = field(default=(), repr=False)

    def tag(self, secret: str) -> str:
        """What stands for `secret` in the log: equal secrets of one install compare, nothing can be read back."""
        digest = hmac.new(self.key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return f"\u2039redacted:{digest.hexdigest()[:12]}\u203a"

    def text(self, text: str, spans: Iterable[Span] = ()) -> str:
        """`text` without its secrets; `spans` are places that are secret by the rule's slot kind."""
        return self._without_known(self._replaced(text, [*spans, *secrets_in_text(text)]))

    def argv(self, argv: Sequence[str], indices: Iterable[int] = ()) -> tuple[str, ...]:
        """`argv` without its secrets; `indices` are arguments that are secret as a whole by slot kind."""
        spans = _by_index(argv, indices)
        return tuple(self._without_known(self._replaced(word, spans[at])) for at, word in enumerate(argv))

    def knowing(
        self,
        argv: Sequence[str] = (),
        script: str = "",
        *,
        indices: Iterable[int] = (),
        spans: Iterable[Span] = (),
    ) -> "Redactor":
        """A redactor that also knows the secrets of this request, for the texts that quote pieces of it."""
        found = {
            argv[at][slice(*span)] for at, places in enumerate(_by_index(argv, indices)) for span in merged(places)
        }
        found |= {script[slice(*span)] for span in merged([*spans, *secrets_in_text(script)])}
        longest_first = sorted((secret for secret in found if len(secret) >= SHORTEST), key=lambda s: (-len(s), s))
        return Redactor(self.key, tuple(longest_first))

    def _replaced(self, text: str, spans: Iterable[Span]) -> str:
        pieces, at = [], 0
        for start, end in merged(spans):
            pieces += [text[at:start], self.tag(text[start:end])]
            at = end
        return "".join([*pieces, text[at:]]) if pieces else text

    def _without_known(self, text: str) -> str:
        for secret in self.known:
            if secret in text:
                text = text.replace(secret, self.tag(secret))
        return text


def _by_index(argv: Sequence[str], indices: Iterable[int]) -> list[list[Span]]:
    spans: list[list[Span]] = [[] for _ in argv]
    for at, span in secrets_in_argv(argv):
        spans[at].append(span)
    for at in indices:
        spans[at].append((0, len(argv[at])))
    return spans
