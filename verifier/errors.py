"""What can go wrong outside of a verdict: each kind knows its exit code, each error its way out."""

import re
from typing import ClassVar

from verifier.model.exit_code import ExitCode

#: Ends what is said of a request whose answer leaves open what became of it.
_IN_DOUBT = "; this does not say whether it ran"


def in_doubt(told: str) -> str:
    """Say of a request that its answer leaves open what became of it."""
    return f"{told}{_IN_DOUBT}"


def without_doubt(told: str) -> str:
    """Say the same once it is known that nothing came of it."""
    if not told.endswith(_IN_DOUBT):
        return told
    return f"{told.removesuffix(_IN_DOUBT)}; Railway shows that nothing came of it"


class VerifierError(Exception):
    """
    Something the verifier could not do.

    `message` says what and why in one sentence, `hint` what the reader can do about it.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.INCONCLUSIVE

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def explained(self) -> str:
        """The message and what to do about it, for a line that shows no hint of its own."""
        return f"{self.message}; {self.hint}" if self.hint else self.message


class ConfigError(VerifierError):
    """The command was called wrongly or is configured wrongly; nothing was done."""

    exit_code = ExitCode.USAGE


class MissingSettingError(ConfigError):
    """What the environment has to hold is not there; the configuration is not to blame."""


class WrongInputError(ConfigError):
    """A file or word that the command was given beside its configuration cannot be used."""


class ProviderError(VerifierError):
    """An outside service did not give what was asked for."""


class UnreachableError(ProviderError):
    """No answer, or an answer of something that stands in front of the service."""


class LateError(UnreachableError):
    """The request was taken, and nothing came back in time."""


class SessionEndedError(UnreachableError):
    """The line to the database was cut: it had not answered everything in time."""


class NotSentError(UnreachableError):
    """No connection was made: not one byte of the request left, so it was not carried out."""


class UnknownHostError(NotSentError):
    """There is no such host name."""


class RateLimitedError(UnreachableError):
    """Too many requests: this one was not carried out."""

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class UnknownOutcomeError(UnreachableError):
    """A write was sent and nobody knows whether it was carried out."""


class LostAnswerError(UnknownOutcomeError):
    """A write was sent and the service's own answer did not arrive: it may still be running."""


class DeniedError(ProviderError):
    """The service answered that this token or user may not."""


class UnexpectedAnswerError(ProviderError):
    """The service answered with an error or in a shape that was not asked for."""


class InvalidRequestError(UnexpectedAnswerError):
    """The service rejected the request before running any of it."""


class AbsentError(DeniedError):
    """The service answered that there is no such thing, or hides it from this token."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = said
        """The service's own words."""


def words_of(error: Exception) -> str:
    """Return what a system or a library says was wrong, without the number of its error."""
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if late := re.search(r"^Command .* timed out after ([0-9.]+) seconds$", str(error), re.DOTALL):
        return f"it took longer than {late[1]} s"
    said = (error.strerror or "") if isinstance(error, OSError) else ""
    words = re.sub(r"\[Errno -?[0-9]+\] ", "", said or str(error))
    return words or repr(error).partition("(")[0]
