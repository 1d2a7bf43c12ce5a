"""What an audit runs with: the file, where there is one, and a token of GitHub's."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from verifier.config.audit_references import ineffective_for_audits
from verifier.config.env_checks import RAILWAY_TOKENS, railway_problems, token_mistakes
from verifier.config.sections import Config
from verifier.config.settings import GITHUB_URL, Settings, read_config, settings_of
from verifier.errors import MissingSettingError
from verifier.guarded.mistakes import InvalidConfigError
from verifier.guarded.yaml_document import read_document
from verifier.model.secret import Secret


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """What an audit runs with."""

    config: Config | None
    """None where there is no file."""
    github_url: str
    token: Secret
    repository: str
    """OWNER/NAME of the job, empty outside of one."""
    railway: Settings | None
    """None where there is no token for it, or it is not wanted."""
    without_file: str = ""
    """What was not compared as there is no file; empty where there is one."""
    option: str = ""
    """What a printed command needs to read the same file, such as " --config FILE"."""


def load_audit(path: Path, environ: Mapping[str, str], *, is_named: bool) -> AuditSettings:
    """
    Read what an audit takes: a token of GitHub's, and of Railway's where there is one.

    Where nobody named `path`, and it is not there, the runbook's policy is used, and no service is
    known.

    Raises:
        MissingSettingError: the token.
        InvalidConfigError: with every mistake of the file, and of Railway's part; it is not there.
    """
    token = environ.get("GITHUB_TOKEN", "").strip()
    mistakes = list(token_mistakes(environ))
    if not token:
        mistakes.append(
            "found no GITHUB_TOKEN in the environment, expected a token with read access"
        )
    if mistakes:
        raise MissingSettingError("; ".join(mistakes))
    url = environ.get("GITHUB_API_URL", "").strip().rstrip("/") or GITHUB_URL
    repository = environ.get("GITHUB_REPOSITORY", "").strip()
    has_railway = any(environ.get(name, "").strip() for name in RAILWAY_TOKENS)
    # A link that leads nowhere was meant to lead to one.
    if not is_named and not os.path.lexists(path):
        told = _without(path, has_railway=has_railway)
        return AuditSettings(None, url, Secret(token), repository, None, told)
    document, config, problems = read_config(read_document(path))
    # The token of an organisation's runner says nothing of a file that names no service.
    asks_railway = has_railway and (config is None or bool(config.services))
    if asks_railway:
        problems += railway_problems(document, environ)
    if config is not None:
        problems += ineffective_for_audits(document, config)
    if problems or config is None:
        raise InvalidConfigError(problems)
    railway = None
    if asks_railway and config.audit.railway:
        railway = settings_of(document, config, environ)
    return AuditSettings(config, url, Secret(token), repository, railway)


def _without(path: Path, *, has_railway: bool) -> str:
    """What is not compared where nothing lies at `path`."""
    services = ", and no service at Railway, though there is a token for it" if has_railway else ""
    return (
        f"found no {path}: GitHub was compared with the runbook's table, without own checks, "
        f"names of secrets, variables and environments, or an issue{services}"
    )
