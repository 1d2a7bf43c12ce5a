"""Which variables hold nothing that has to be hidden: all others are secret."""

import re
from collections.abc import Collection, Iterator, Mapping

_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|PRIVATE|CREDENTIAL|_KEY\b|^KEY\b|APIKEY|_KEY_|DSN|DATABASE_URL"
    r"|WEBHOOK|AUTH|SALT|COOKIE|SIGNING|CERT\b|JWT|_PAT\b|_PWD\b|^PWD_",
    re.IGNORECASE,
)
#: Written by the platform and the runner for everybody to read, and shown in every report.
_PUBLIC_NAME = re.compile(
    r"^(?:RAILWAY|GITHUB|RUNNER|ACTIONS|VERIFIER|INPUT|NIXPACKS|PG(?!PASS)|LC|XDG|LS|npm)_"
    r"|^(?:PATH|PWD|OLDPWD|HOME|USER|LOGNAME|HOSTNAME|SHELL|TERM|LANG|TZ|CI|_|SHLVL|EDITOR|PAGER)$"
    r"|(?:^|_)(?:ID|IDS|SHA|SHAS|COMMIT|REF|BRANCH|TAG|VERSION|REGION|ZONE|NAME|NAMES|HOST|HOSTS"
    r"|HOSTNAME|DOMAIN|DOMAINS|PORT|PATH|PATHS|DIR|FOLDER|FILE|ROOT|MODE|ENV|ENVIRONMENT|LEVEL|USER"
    r"|USERNAME|HASH|DIGEST|REVISION|RELEASE|BUILD|SCHEMA|SCHEMAS|TABLE|BUCKET|QUEUE|LOCALE|LANGUAGE|TIMEZONE|FORMAT|TYPE|STAGE|ROLE)$",
    re.IGNORECASE,
)
#: Shorter ones are words, switches and numbers: masking them would garble everything.
_SHORT = 8
_PASSWORD = re.compile(r"://[^/\s]*:[^/\s]*@")
_PUBLIC_VALUE = re.compile(
    r"""(?x)
      WORD (?:[\ _.:,;/-]+ WORD)*                                  # words, names, lists of them
    | (?:WORD[\ _.:,/-]?){0,6} v?[0-9]{1,6}[a-z]{0,3}
      (?:[\ _.:,/-][A-Za-z0-9]{1,6}){0,8}                          # versions, models, times
    | [+-]?[0-9][0-9_.,:]*(?:ms|[smhdk]|[kmg]i?b|%)?                # numbers, amounts, days
    | \.{0,2}/[\w./@+-]*                                           # paths
    | (?:https?|wss?)://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[a-z_./-]*)?  # addresses without a secret
    | \*+ | \[\] | \{\}
    """.replace("WORD", "(?:[A-Z]?[a-z]{1,18}|[A-Z]{1,18})")
)


def secrets_in(variables: Mapping[str, str], public: Collection[str] = ()) -> Iterator[str]:
    """
    Yield the values that are to be hidden: all, but for what is known to be public.

    `public` are the names of variables that whoever configures the verifier calls so.
    """
    for name, value in variables.items():
        if name not in public and _is_secret(name, value.strip()):
            yield value


def _is_secret(name: str, value: str) -> bool:
    if _SECRET_NAME.search(name) or _PASSWORD.search(value):
        return not re.fullmatch(r"(?i)true|false|yes|no|on|off|[0-9]{0,5}", value)
    if len(value) < _SHORT or _PUBLIC_NAME.search(name):
        return False
    return not _PUBLIC_VALUE.fullmatch(value[:200])
