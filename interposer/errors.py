"""Every refusal and error of interposer has a stable code; docs/errors.md says cause and remedy."""


class InterposerError(Exception):
    """Base of the errors that a user sees.

    Attributes:
        code: `IP-nn`, listed in docs/errors.md.
        hint: what to do about it, "" where the message says it.
    """

    code = "IP-10"

    def __init__(self, message: str, *, code: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.code = code or self.code
        self.hint = hint


class UsageError(InterposerError):
    """A command line or configuration that cannot be used."""

    code = "IP-10"


class RuleError(InterposerError):
    """A rule file that is missing, malformed or says something that the format does not know."""

    code = "IP-40"


class PolicyError(InterposerError):
    """A policy that is missing, malformed or contradicts itself."""

    code = "IP-50"


class BrokerError(InterposerError):
    """The broker cannot be reached, started or trusted."""

    code = "IP-60"


class AuditError(InterposerError):
    """The log cannot be written or read."""

    code = "IP-70"


class IdentityError(InterposerError):
    """Who or where cannot be established."""

    code = "IP-80"


class ExecError(InterposerError):
    """The real tool cannot be found or started."""

    code = "IP-90"
