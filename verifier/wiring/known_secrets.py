"""What must not be shown: secrets of this process, and of the containers that it looks at."""

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TextIO

from verifier.guarded.public_values import secrets_in
from verifier.guarded.redaction import Redactor


def _nowhere(_line: str) -> None:
    """Nobody else is to hide it."""


def runner_mask(environ: Mapping[str, str], stream: TextIO) -> Callable[[str], None]:
    """
    Return what tells the runner of a secret, where `stream` goes to the runner alone.

    That is so in the action's own step: elsewhere the command itself would show the secret.
    """
    if environ.get("GITHUB_ACTIONS") != "true" or not environ.get("VERIFIER_COMMAND"):
        return _nowhere

    def mask(line: str) -> None:
        stream.write(f"::add-mask::{line.replace('%', '%25')}\n")
        stream.flush()

    return mask


def known_secrets(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the secrets that the environment of this process holds."""
    return list(secrets_in(environ))


@dataclass(frozen=True, slots=True)
class ContainerSecrets:
    """
    What the containers' variables hold, learnt while the run goes on.

    `public` are names of variables whose values may be shown. `mask` is given each line that the
    runner is to hide as well, in what other programs of the job write.
    """

    redact: Redactor
    public: Collection[str] = ()
    mask: Callable[[str], None] = _nowhere

    def learn(self, variables: Mapping[str, str]) -> None:
        """Take the values that are secret."""
        before = self.redact.secrets
        self.redact.learn(secrets_in(variables, self.public))
        for line in sorted(self.redact.secrets - before):
            self.mask(line)

    def hide(self, text: str) -> str:
        """Return the text without the secrets that are known."""
        return self.redact(text)
