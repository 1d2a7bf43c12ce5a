"""What a value says that everybody may read: words, numbers, versions, paths, addresses."""

from verifier.model.late_pattern import LatePattern

#: Words that everybody's logs are full of. One of them as a password hides nothing, but would make
#: each report unreadable; where it stands as the value of something secret it is hidden by that.
_COMMON = LatePattern(
    r"access|account|admin|administrator|anonymous|application|backend|backup|bearer|bucket"
    r"|cache|client|cluster|config|connect|connection|container|database|debug|default"
    r"|default_user|deploy|deployment|developer|development|disabled|docker|domain|elastic"
    r"|enabled|example|failed|failure|frontend|function|gateway|github|gitlab|google|grafana"
    r"|guest|health|healthy|heroku|integration|internal|invalid|jenkins|kubernetes|latest"
    r"|localhost|logger|login|mariadb|master|member|memory|metrics|migrate|migration|migrations"
    r"|minio|minioadmin|missing|mongo|mongodb|mysql|network|nginx|normal|object|online|operator"
    r"|oracle|owner|passwd|password|pending|postgres|postgresql|preview|private|prod|production"
    r"|project|prometheus|public|python|queue|rabbit|rabbitmq|railway|readonly|redis|remote"
    r"|replica|request|required|response|root|runner|running|scheduler|secret|server|service"
    r"|session|sidekiq|sqlite|staging|started|status|storage|string|success|superuser|supabase"
    r"|supabase_admin|system|tenant|test|testing|token|traefik|undefined|unknown|update|upload"
    r"|user|username|values|variable|version|worker"
)
_PUBLIC = LatePattern(
    r"""(?x)
      WORD (?:(?:[\ _.,;/-]+|[:!?.]\ ) WORD)* [.!?]?                # words, names, lists of them
    | (?:WORD[\ _.:,/-]){0,6} (?:WORD){0,2} v?[0-9]{1,6}[a-z]{0,3}
      (?:[\ _.:,/-][A-Za-z0-9]{1,6}){0,8}                          # versions, models, times
    | [+-]?[0-9][0-9_.,:]*(?:ms|[smhdk]|[kmg]i?b|%)?                # numbers, amounts, days
    | (?:\.{0,2}/ (?:[.@]?(?:WORD){1,2}[0-9]{0,4}
      (?:[._-](?:(?:WORD)?[0-9]{1,4}|WORD[0-9]{0,4})){0,6})?)+ /?   # paths
    | (?:https?|wss?)://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[a-z_./-]*)?  # addresses without a secret
    | --?[a-z][a-z-]{1,40}(?:[=\ ][0-9]{1,8})?
      (?:\ --?[a-z][a-z-]{1,40}(?:[=\ ][0-9]{1,8})?){0,20}           # switches of a program
    | (?:[A-Za-z][A-Za-z\ ]{0,40}\ <)? [a-z0-9._+-]{1,40}
      @[a-z0-9-]{1,40}(?:\.[a-z0-9-]{1,40}){1,4} >?                 # somebody's mail
    | [a-z][a-z0-9-]{0,60}(?:\.[a-z0-9-]{1,60}){1,6}:[0-9]{2,5}
      (?:,\ ?[a-z][a-z0-9-]{0,60}(?:\.[a-z0-9-]{1,60}){1,6}:[0-9]{2,5}){0,20}  # hosts
    | \*+ | \[\] | \{\}
    """.replace("WORD", "(?:[A-Z]?[a-z]{1,18}|[A-Z]{1,18})")
)

#: What begins as a variable of a shell or of PHP does, but is made as passwords are.
_NO_VARIABLE = (
    r"(?:(?=[^\sa-z]{0,60}[a-z])(?=[^\sA-Z]{0,60}[A-Z])(?=[^\s0-9]{0,60}[0-9])(?![{(]|(?i:env:|_)|(?:[A-Z][A-Z0-9_]{1,60}"
    r"|[A-Z]?[a-z]{1,30}(?:(?:_?[A-Z]|_)[a-z]{1,30}){0,8}[0-9]{0,2})(?!\w))\S{7,200}"
    # A word with a year or the like is a variable only where it says what it holds.
    r"|(?!\S{0,60}(?i:pass|pw|secret|token|key|cred|auth|env|var|arg|param|value|conf))"
    r"[A-Za-z][a-z]{2,30}[0-9]{2,6}[!?@#%^*~+]{0,4})$"
)
#: Where a program takes a value from: code, and not the value.
_TAKEN_FROM = (
    r"(?:process\.env|import\.meta\.env|self|cls|this|settings|config|conf|cfg|options|opts|args|params"
    r"|req(?:uest)?|ctx|ENV)(?:\??\.[A-Za-z_]{1,40}){1,5}"
    r"|os\.(?:environ(?:\.(?:get|pop))?|[gG]etenv|LookupEnv)|System\.(?:getenv|getProperty|get_env"
    r"|fetch_env!?)|(?:std::)?env::var(?:_os)?|Deno\.env\.get|ENV|Environment\.GetEnvironmentVariable"
)
#: What a value is of, as code declares it.
_TYPES = (
    r"&?str|bytes|bytearray|SecretStr|varchar|uuid\.UUID|char\[\]|\[\]byte|!!(?:null|str|int|bool|float|binary"
    r"|map|seq|set|omap|timestamp)"
)
#: What stands in the place of a secret, and says nothing of it.
_NO_VALUE = LatePattern(
    r"\*+|[|>](?:[+-]?[1-9]?|[1-9][+-])|(?i:true|false|null|none|nil|undefined|missing|required|invalid|empty|expired|wrong"
    r"|incorrect|unset|yes|no|unauthorized|forbidden|read|write|not|is|was|and|or|the|a|an"
    r"|must|can|cannot|should|too|has|have|does|doesn|isn|wasn|are|were|this|header|present|absent"
    r"|provided|configured|include|omit|same-origin)[.!?]?"
    r"|[<\[({]{1,2}\s?(?i:redacted|filtered|hidden|masked|removed|secret|sensitive|obfuscated"
    r"|value|password|token|present|set|unset|none|empty)\s?[>\])}]{1,2}"
    r"|(?i:redacted|filtered|masked)"
    rf"|\$(?!\w{{0,20}}\$|{_NO_VARIABLE}).*|CHOOSE ONE"
    rf"|[0-9]{{1,4}}(?:/[0-9]{{1,4}})?%?|{_TAKEN_FROM}|{_TYPES}"
)


def is_common(value: str) -> bool:
    """Whether a value is a word that texts have anyway."""
    return _COMMON.fullmatch(value.strip().casefold()) is not None


def looks_public(value: str) -> bool:
    """Whether a value looks like nothing that would be kept secret."""
    return _PUBLIC.fullmatch(value) is not None


def stands_for_one(value: str) -> bool:
    """Whether a value says nothing of a secret: a word of a sentence, what was put in its place."""
    return _NO_VALUE.fullmatch(value) is not None
