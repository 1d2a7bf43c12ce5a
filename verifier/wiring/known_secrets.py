"""What must not be shown: secrets of this process, and of the containers that it looks at."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from verifier.guarded.redaction import Redactor, secrets_in


def known_secrets(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the secrets that the environment of this process holds."""
    return secrets_in(environ)


@dataclass(frozen=True, slots=True)
class ContainerSecrets:
    """What the containers' variables hold, learnt while the run goes on."""

    redact: Redactor

    def learn(self, variables: Mapping[str, str]) -> None:
        """Take the values that are secret."""
        self.redact.learn(secrets_in(variables))

    def hide(self, text: str) -> str:
        """Return the text without the secrets that are known."""
        return self.redact(text)
