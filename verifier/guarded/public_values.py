"""Which variables hold nothing that has to be hidden: all others are secret."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|PRIVATE|CREDENTIAL|_KEY\b|^KEY\b|APIKEY|_KEY_|DSN|DATABASE_URL"
    r"|HOOK|AUTH|SALT|COOKIE|SIGNING|CERT\b|JWT|_PAT\b|_PWD\b|^PWD_|MNEMONIC|PEPPER|HMAC|^SIG$"
    r"|SIGNATURE|DBPASS|(?:^|_)(?:PASS|PW|PWD|PIN|SEED|BASIC|LOGIN)(?:_|$)",
    re.IGNORECASE,
)
#: Written by the platform and the runner for everybody to read, and shown in every report.
_OF_THE_PLATFORM = re.compile(
    r"^(?:RAILWAY|GITHUB|RUNNER|ACTIONS|VERIFIER|INPUT|NIXPACKS|PG(?!PASS)|LC|XDG|LS|npm)_"
    r"|^(?:PATH|PWD|OLDPWD|HOME|USER|LOGNAME|HOSTNAME|SHELL|TERM|LANG|TZ|CI|_|SHLVL|EDITOR|PAGER)$"
    r"|(?:^|_)(?:HOST|HOSTS|HOSTNAME|DOMAIN|DOMAINS|PATH|PATHS|DIR|FOLDER|FILE|ROOT)$",
    re.IGNORECASE,
)
#: Of these a value is public that does not look like a secret all the same.
_PUBLIC_NAME = re.compile(
    r"(?:^|_)(?:ID|IDS|SHA|SHAS|COMMIT|REF|BRANCH|TAG|VERSION|REGION|ZONE|NAME|NAMES"
    r"|PORT|MODE|ENV|ENVIRONMENT|LEVEL|USER"
    r"|USERNAME|HASH|DIGEST|REVISION|RELEASE|BUILD|SCHEMA|SCHEMAS|TABLE|BUCKET|QUEUE|LOCALE|LANGUAGE|TIMEZONE|FORMAT|TYPE|STAGE|ROLE)$",
    re.IGNORECASE,
)
#: Shorter ones are words, switches and numbers: masking them would garble everything.
_SHORT = 8
_LONGEST = 200
_PASSWORD = re.compile(r"://[^/\s]*:[^/\s]*@")
#: No name makes a value public that looks like this: long, of letters in both cases and digits.
_RANDOM = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/=_.~-]{16,}")
#: What a value says of itself: an address with a query, settings of a driver, a list.
_PAIR = re.compile(r"(?:^|[\s?&;,])([A-Za-z_][\w.-]{1,60})\s?=\s?('[^']{1,500}'|[^\s&;,']{1,500})")
_USER = re.compile(r"://([^/:@\s]{16,200})@")
_PUBLIC_VALUE = re.compile(
    r"""(?x)
      WORD (?:(?:[\ _.,;/-]+|:\ ) WORD)*                            # words, names, lists of them
    | (?:WORD[\ _.:,/-]?){0,6} v?[0-9]{1,6}[a-z]{0,3}
      (?:[\ _.:,/-][A-Za-z0-9]{1,6}){0,8}                          # versions, models, times
    | [+-]?[0-9][0-9_.,:]*(?:ms|[smhdk]|[kmg]i?b|%)?                # numbers, amounts, days
    | (?:\.{0,2}/ (?:[.@]?(?:WORD){1,2}[0-9]{0,4}
      (?:[._-](?:(?:WORD)?[0-9]{1,4}|WORD[0-9]{0,4})){0,6})?)+ /?   # paths
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
            yield from _USER.findall(value)
            yield from secrets_in(_parts(value))


def _parts(value: str) -> Mapping[str, str]:
    """What a value is made of, by the names that it gives its parts, which may be secret alone."""
    if value.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            return dict(_texts("", json.loads(value)))
    pairs = {name: said.strip("'") for name, said in _PAIR.findall(value)}
    items = value.split(",") if "," in value and not pairs else []
    return {**pairs, **{str(n): item.strip() for n, item in enumerate(items)}}


def _texts(name: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield the texts of JSON, each by its key; those of one key by their number, too."""
    match value:
        case str():
            yield name, value
        case dict():
            for key, item in value.items():
                yield from _texts(f"{name}_{key}" if name else str(key), item)
        case list():
            for number, item in enumerate(value):
                yield from _texts(f"{name}_{number}", item)
        case _:
            return


def _is_secret(name: str, value: str) -> bool:
    if _SECRET_NAME.search(name) or _PASSWORD.search(value):
        return not re.fullmatch(r"(?i)true|false|yes|no|on|off|[0-9]{0,5}", value)
    if len(value) < _SHORT or _OF_THE_PLATFORM.search(name):
        return False
    if _PUBLIC_NAME.search(name):
        return bool(_RANDOM.fullmatch(value) or re.fullmatch(r"[\w.-]{1,60}:\S{6,}", value))
    return len(value) > _LONGEST or not _PUBLIC_VALUE.fullmatch(value)
