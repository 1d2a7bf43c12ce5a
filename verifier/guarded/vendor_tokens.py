"""Tokens that vendors make: gitleaks' rules, and how those begin of which it knows nothing."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from verifier.guarded.secret_pattern import Shape
from verifier.model.late_pattern import LatePattern

_VENDORS = "vendor_secrets.json"
#: The vendors' patterns are of another language than Python's, which has no such classes.
POSIX_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": r"\x00-\x7f", "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": " -~",
    "punct": r"!-/:-@\[-`{-~", "space": r"\t\n\v\f\r ", "upper": "A-Z", "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}  # fmt: skip
_POSIX = re.compile(rf"\[:({'|'.join(POSIX_CLASSES)}):\]")
#: Beginnings of which gitleaks has no rule, each with the fewest letters that follow.
_BEGINNINGS = (
    ("gsk_", 40), ("sk-or-v1-", 32), ("xai-", 60), ("r8_", 30), ("whsec_", 20),
    ("figd_", 36), ("pplx-", 40), ("pcsk_", 40), ("nvapi-", 40), ("csk-", 40), ("jina_", 40),
    ("tvly-", 20), ("lsv2_", 32), ("e2b_", 32), ("fc-", 32), ("hfr_", 30), ("vcp_", 24),
    ("vck_", 24), ("signkey-", 20), ("phx_", 30), ("rnd_", 24), ("tskey-", 20), ("nfp_", 30),
    ("sbp_", 30), ("dckr_pat_", 20), ("dckr_oat_", 20), ("bkua_", 36), ("CCIPAT_", 36),
    ("CFPAT-", 36), ("GOCSPX-", 24), ("NRAK-", 24), ("NRII-", 24), ("ATATT3", 60), ("ATCTT3", 60),
    ("ATBB", 28), ("secret_", 40), ("ntn_", 40), ("sk-", 40), ("sk_", 40), ("rk_", 20),
    ("xapp-", 30), ("cal_live_", 20), ("sq0csp-", 36), ("mdb_sa_sk_", 30), ("ak_live_", 24),
    ("tfp_", 40), ("dnkey-", 40), ("sl.u.", 60), ("ya29.", 20), ("1//0", 36), ("key-", 32),
    ("aio_", 24), ("glsoat-", 20), ("svcacct_", 24), ("hvs.", 24), ("hvb.", 24), ("hvr.", 24),
)  # fmt: skip
#: Beginnings of those whose patterns are gitleaks', and want the whole.
_OF_GITLEAKS = (
    "AKIA", "ASIA", "ABIA", "ACCA", "sk_live_", "sk_test_", "rk_live_", "rk_test_", "AIza", "SG.",
    "sk-proj-", "sk-ant-", "sk-svcacct-", "sk-admin-", "npm_", "pypi-", "glpat-", "gldt-", "glrt-",
    "github_pat_", "shpat_", "shpss_", "shpca_", "shppa_", "dop_v1_", "doo_v1_", "dor_v1_", "hf_",
    "lin_api_", "PMAK-", "pul-", "sntrys_", "sntryu_", "xkeysib-", "xsmtpsib-", "rubygems_",
    "glsa_", "glc_", "dapi", "sha256~", "ops_eyJ", "AGE-SECRET-KEY-1", "dp.pt.", "fo1_", "EZAK",
    "EZTK", "pscale_", "pnu_", "FLWSECK", "LTAI",
)  # fmt: skip
#: One whose end was cut off; a digit in it tells it from a name that begins so.
BEGUN = LatePattern(
    rf"(?<![A-Za-z0-9])(?P<secret>"
    rf"(?:{'|'.join(re.escape(begin) for begin in (*_OF_GITLEAKS, *(b for b, _ in _BEGINNINGS)))})"
    r"(?=[\w.=/+-]{0,300}[0-9])[\w.=/+-]{4,400}|A[KS]IA[A-Z0-9]{4,16})(?=\u2026)"
)
#: All of these are of so long a row, which few texts have.
LONG_ROW = LatePattern(r"[\w-]{20}")
#: What tells a token without a beginning of its own by how it is divided.
SHAPES = (
    *(
        Shape(
            (begin.lower(),),
            LatePattern(
                rf"(?<![A-Za-z0-9])(?P<secret>{re.escape(begin)}(?=[\w-]{{{least}}})[\w.=/+-]+)"
            ),
        )
        for begin, least in _BEGINNINGS
    ),
    Shape(
        ("re_",),
        LatePattern(r"(?<![A-Za-z0-9_])(?P<secret>re_[A-Za-z0-9]{8,10}_[A-Za-z0-9]{20,40})"),
    ),
    # The secret of a bot: of Telegram, whose addresses hold it, and of Discord.
    Shape((":aa",), LatePattern(r"(?<!\d)(?P<secret>\d{8,10}:AA[\w-]{30,40})")),
    Shape(
        (".",),
        LatePattern(r"(?<![\w.-])(?P<secret>[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,80})(?![\w.-])"),
    ),
    Shape(
        ("dp.",),
        LatePattern(
            r"\b(?P<secret>dp\.(?:[cps]t|sa|scim|audit)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44})"
        ),
    ),
    Shape(
        ("-",), LatePattern(r"(?<![\w-])(?P<secret>[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})(?![\w-])")
    ),
    # Whatever has a short name before so long a row of letters in both cases and digits.
    Shape(
        ("_", "-"),
        LatePattern(
            r"(?<![\w.-])(?P<secret>(?!sha\d|md5)[a-z]{2,12}[_-](?:[a-z0-9]{1,8}[_-]){0,2}"
            r"(?=[A-Z0-9]{0,40}[a-z])(?=[a-z0-9]{0,40}[A-Z])(?=[A-Za-z]{0,40}[0-9])"
            r"[A-Za-z0-9]{32,200})(?![\w=+-])"
        ),
    ),
)


@cache
def words() -> Mapping[str, tuple[Shape, ...]]:
    """Return the shapes by the words of which each match holds one."""
    said = {word for shape in SHAPES for word in shape.words}
    return {word: tuple(shape for shape in SHAPES if word in shape.words) for word in said}


def patterns() -> Iterator[tuple[str, str]]:
    """Yield a word of each pattern of gitleaks, and the pattern."""
    kept = json.loads((files("verifier.guarded") / _VENDORS).read_text("utf-8"))
    for rule in kept["rules"]:
        for word in rule["keywords"]:
            yield word, rule["pattern"]


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of gitleaks as one of Python's."""
    return re.compile(_POSIX.sub(lambda found: POSIX_CLASSES[found[1]], pattern))
