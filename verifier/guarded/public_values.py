"""Which variables hold nothing that has to be hidden: all others are secret."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import islice

from verifier.guarded.public_words import looks_public
from verifier.guarded.secret_parts import unwrapped
from verifier.model.project import ACTION_INPUTS, SECRET_INPUTS

_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|PRIVATE|CREDENTIAL|_KEY\b|^KEY\b|APIKEY|_KEY_|DSN|DATABASE_URL"
    r"|HOOK|AUTH|SALT|COOKIE|SIGNING|CERT\b|JWT|_PAT\b|PWD\b|^PWD_|MNEMONIC|PEPPER|HMAC|^SIG$"
    r"|SIGNATURE|DBPASS|(?:^|_)(?:PASS|PW|PWD|PIN|SEED|BASIC|LOGIN|T?OTP)(?:_|$)"
    r"|(?<!BY)(?<!COM)(?<!TRES)PASS$|PASSCODES?(?:_|$)(?!ENABLED)|SUPABASE_SERVICE_ROLE$"
    r"|(?:ACCESS|AES|API|CRYPT|DEPLOY|ENCRYPTION|LICEN[CS]E|MASTER|PASS|RSA|SSH)_?KEYS?(?:_|$)"
    r"|(?:ACCESS|ADMIN|BACKUP|INVITE|RECOVERY|SECURITY|UNLOCK|VERIFICATION)_?CODES?(?:_|$)"
    # In the languages of those who have named it.
    r"|SENHA|(?:^|_)(?:CHAVE|CLAVE|CLEF?|HASLO|PAROLA)S?(?:_|$)|SEGREDO|CONTRASE(?:N|\u00d1)A"
    r"|MOT_?DE_?PASSE|KENNWORT|SCHL(?:UE|\u00dc)SSEL|GEHEIM|WACHTWOORD",
    re.IGNORECASE,
)
#: Of the action's own inputs those that hold no secret, and what the verifier is given them as.
_OPEN = {name: variable for name, variable in ACTION_INPUTS.items() if name not in SECRET_INPUTS}
_PUBLIC_INPUTS = [name.replace("-", "_").upper() for name in _OPEN]
_PUBLIC_VARIABLES = [variable for variable in _OPEN.values() if variable.startswith("VERIFIER_")]
#: Written by the platform and the runner for everybody to read, and shown in every report. Another
#: name that begins so is somebody's own.
_OF_THE_PLATFORM = re.compile(
    r"^RAILWAY_(?:(?:PROJECT|ENVIRONMENT|SERVICE)(?:_ID|_NAME)?|SERVICE_\w+_URL|REPLICA_(?:ID|REGION)"
    r"|(?:DEPLOYMENT|SNAPSHOT)_ID|VOLUME_(?:ID|NAME|MOUNT_PATH)|(?:PUBLIC|PRIVATE|TCP_PROXY)_DOMAIN"
    r"|TCP_(?:PROXY|APPLICATION)_PORT|STATIC_URL"
    r"|GIT_(?:AUTHOR|BRANCH|COMMIT_(?:MESSAGE|SHA)|REPO_(?:NAME|OWNER)))$"
    r"|^GITHUB_(?:ACTIONS?|ACTION_(?:PATH|REF|REPOSITORY|STATUS)|(?:TRIGGERING_)?ACTOR(?:_ID)?"
    r"|(?:API|GRAPHQL|SERVER)_URL|(?:BASE|HEAD)_REF|ENV|EVENT_(?:NAME|PATH)|JOB|OUTPUT|PATH|STATE"
    r"|REF(?:_(?:NAME|PROTECTED|TYPE))?|REPOSITORY(?:_OWNER)?(?:_ID)?|RETENTION_DAYS"
    r"|RUN_(?:ATTEMPT|ID|NUMBER)|SHA|STEP_SUMMARY|WORKFLOW(?:_REF|_SHA)?|WORKSPACE)$"
    r"|^RUNNER_(?:ARCH|DEBUG|ENVIRONMENT|NAME|OS|TEMP|TOOL_CACHE|TRACKING_ID|USER|WORKSPACE)$"
    # Some runners tell an action's inputs so.
    rf"|^INPUT_(?:{'|'.join(_PUBLIC_INPUTS)})$"
    r"|^ACTIONS_(?:(?:RUNTIME|CACHE|RESULTS)_URL|(?:STEP|RUNNER)_DEBUG)$|^LS_COLORS$"
    rf"|^VERIFIER_(?:BASE|COMPLETE|DEBUG|LANGUAGE)$|^(?:{'|'.join(_PUBLIC_VARIABLES)})$"
    r"|^LC_(?:ALL|CTYPE|COLLATE|MESSAGES|MONETARY|NUMERIC|TIME|NAME|ADDRESS|TELEPHONE|MEASUREMENT"
    r"|IDENTIFICATION|PAPER)$|^XDG_(?:CACHE|CONFIG|DATA|RUNTIME|STATE)_(?:HOME|DIRS?)$"
    r"|^(?:PATH|PWD|OLDPWD|HOME|USER|LOGNAME|HOSTNAME|SHELL|TERM|LANG|TZ|CI|_|SHLVL|EDITOR|PAGER)$",
    re.IGNORECASE,
)
#: Of these a value of one line is a place; a key may stand in place of its file.
_PLACE = re.compile(
    r"(?:^|_)(?:HOST|HOSTS|HOSTNAME|DOMAIN|DOMAINS|PATH|PATHS|DIR|FOLDER|FILE|ROOT)$",
    re.IGNORECASE,
)
#: A login before a host, and what nobody calls a place.
_NO_PLACE = re.compile(
    r"[^\s/@:]{0,64}:[^\s/@]{4,200}@\S+"
    r"|/?(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+=_~-]{16,}"
)
#: Where a shell is, and was; `Pwd` of a connection string is a password.
_FOLDERS = ("PWD", "OLDPWD")
#: Of these a value is public that does not look like a secret all the same.
_PUBLIC_NAME = re.compile(
    r"(?:^|_)(?:ID|IDS|SHA|SHAS|COMMIT|REF|BRANCH|TAG|VERSION|REGION|ZONE|NAME|NAMES"
    r"|PORT|MODE|ENV|ENVIRONMENT|LEVEL|USER"
    r"|USERNAME|HASH|DIGEST|REVISION|RELEASE|BUILD|SCHEMA|SCHEMAS|TABLE|BUCKET|QUEUE|LOCALE|LANGUAGE|TIMEZONE|FORMAT|TYPE|STAGE|ROLE)$",
    re.IGNORECASE,
)
#: Of these the value is the name of something that reports are about.
_NAMES = re.compile(
    r"(?:^|_)(?:PROJECT|SERVICE|ENVIRONMENT|DATABASE|DB|APP|SCHEMA|BRANCH|USER|HOST)(?:_NAME)?$"
    r"|^(?:APP|NODE|RAILS|RACK|DJANGO|FLASK|GO)_ENV$|^PG(?:DATABASE|USER)$",
    re.IGNORECASE,
)
#: Whatever else a name says, its value is no name of anything.
_PASSWORD_NAME = re.compile(
    r"PASSW|PASSPHRASE|SENHA|SEGREDO|CONTRASE.A|MOT_?DE_?PASSE|KENNWORT|WACHTWOORD|PAROLA|API_?KEY"
    r"|(?:^|_)(?:PASS|PWD|PW)(?:_|$)",
    re.IGNORECASE,
)
#: A name goes on so that means something else than the secret, where its value looks public.
_OF_ANOTHER = re.compile(
    r"_(?:NAME|DOMAIN|PATH|FILE|ALG|ALGORITHM|METHOD|TYPE|HEADER|ISSUER|AUDIENCE|STRATEGY|PROVIDERS?"
    r"|CALLBACK|CALLBACK_URL|URI|LENGTH|TTL|EXPIRY|EXPIRES_IN|COUNT|LIMIT|VERSION|MODE|POLICY|SAMESITE)$",
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
#: A field of a list, of a file of settings, of headers.
_FIELD = re.compile(r"\s*[-\"']{0,3}([A-Za-z_][\w.-]{0,60})[\"']?\s*[=:]\s*(\S.*)")
_BETWEEN = re.compile(r"[,;|\r\n]")
#: Of values in values: so deep, and so many of one.
_DEEPEST = 5
_MOST = 500


def secrets_in(variables: Mapping[str, str], public: Collection[str] = ()) -> Iterator[str]:
    """
    Yield the values that are to be hidden: all, but for what is known to be public.

    `public` are the names of variables that whoever configures the verifier calls so.
    """
    # A service, a database or an environment of that name stands in every report.
    names = {
        value.strip().casefold()
        for name, value in variables.items()
        if (name in public or _is_of_a_name(name)) and looks_public(value.strip())
    }
    for name, value in variables.items():
        if name not in public and value.strip().casefold() not in names:
            yield from _secrets(name, value, _DEEPEST)


def _is_of_a_name(name: str) -> bool:
    return bool(_NAMES.search(name)) and not _PASSWORD_NAME.search(name)


def _secrets(name: str, value: str, deepest: int) -> Iterator[str]:
    if deepest == 0 or not _is_secret(name.replace("-", "_"), value.strip()):
        return
    yield value
    yield from _USER.findall(value)
    for said in (value, *unwrapped(value)):
        for part, text in islice(_parts(said), _MOST):
            if text != value:
                yield from _secrets(part, text, deepest - 1)


def _parts(value: str) -> Iterator[tuple[str, str]]:
    """Yield what a value is made of, by the names that it gives its parts."""
    if value.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            yield from [*_texts("", json.loads(value, strict=False))]
            return
    for name, said in _PAIR.findall(value):
        yield name, said.strip("'")
    items = _BETWEEN.split(value)
    for number, item in enumerate(items if len(items) > 1 else ()):
        if match := _FIELD.fullmatch(item):
            yield match[1], match[2].strip()
        yield str(number), item.strip()


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
    if name in _FOLDERS and value.startswith("/"):
        return False
    if _OF_ANOTHER.search(name) and looks_public(value):
        return False
    if _SECRET_NAME.search(name) or _PASSWORD.search(value):
        return not re.fullmatch(r"(?i)true|false|yes|no|on|off|[0-9]{0,5}", value)
    is_place = _PLACE.search(name) and "\n" not in value and not _NO_PLACE.fullmatch(value)
    if len(value) < _SHORT or _OF_THE_PLATFORM.search(name) or is_place:
        return False
    if _PUBLIC_NAME.search(name):
        return bool(_RANDOM.fullmatch(value) or re.fullmatch(r"[\w.-]{1,60}:\S{6,}", value))
    return len(value) > _LONGEST or not looks_public(value)
