"""
Health documents of frameworks and of services written by hand, and what a user expects of each.

`python -m tests.health.corpus` prints the table. A line of a file is one document: format, source,
state, endpoint, `health.required`, HTTP code, content type, body, expected outcome, and a word that
the finding must hold. Shapes are the sources' own, values are invented.

Of the latest 60, all of formats that no line had before, 36 of the first 40 were read as expected
when they were added (90 %). Three of the other four were mended, an entry of Dgraph's list has no
name still; of 20 that were added after that 19 were read as expected (95 %). Of 35 of 21 further
formats 31 were (89 %, no healthy one condemned), and three of the other four were mended. The
fourth is not kept, so there are 34 of 20: a setting that is off (`inviteOnlySignup`) beside a good
message still warns. Of 41 of 27 further formats 39 were read as expected when they were added (95 %);
the other two, a list whose entries call their name `componentName`, were mended. Of 75 of 41 further
formats 66 were (88 %): one healthy one was condemned, rack-ecg's that has a component `error`; five
were mended. Four are not kept, so there are 71: the healthy ones of Hazelcast, EMQX and Apache
Ignite name no status and stay inconclusive, and Browserless that is too busy fails by `isAvailable`.
Of 32 of 19 further formats 29 were (91 %, no healthy one condemned). One was mended; the two that are
not kept are a bad node of Weaviate's list, which stays inconclusive, and sidekiq_alive's 404.
Of 77 of 45 public repositories and pages, each named, 69 were (90 %, no healthy one condemned);
the other eight were mended. Of 90 of 54 further ones 79 were (88 %, no healthy one condemned); nine
were mended, and two are not kept: Substrate's `system_health`, which names no status and stays
inconclusive, and a list under 200 of which one entry is "stale", which fails. Of 74 of 45 others
68 were (92 %, no healthy one condemned); the other six were mended. Of 68 of 45 others, the last that
were added, 66 were (97 %); the two that are not kept stay inconclusive: Garage's two lines of text,
of which the second is an advice, and "aptos-node:ok" as a message.
Of 134 of 74 further ones 131 were (98 %, no healthy one condemned, no bad one passed); the reader was
not looked at before. Two were mended; a Turkish `durum: "DOWN"` still warns. Of 92 of 50 others 89 were
(97 %); the three were mended. Of 79 of 43 others all were. Of 77 of 51 products, from memory of their
documentation, 73 were (95 %, no healthy one condemned, no bad one passed); two were mended, and two
had been expected to name more than they do. Of 67 of 46 other products and frameworks 62 were (93 %,
no healthy one condemned, no bad one passed); the five were mended. Of 67 of the last 46 products 65
were (97 %): not kept are a list of certificates of which one is not valid under "ok", which passes where
nobody requires it, and a sum of Haskell's whose `contents` are not named. Of 151 of which half are bad or
degraded, expected before any was read, 144 were (95 %, no healthy one condemned, no bad one passed);
four were mended, and three are not kept, where less or more than expected is told.
Of 72 of 24 further formats, healthy, degraded and failing, expected before any was read, 67 were (93 %,
no healthy one condemned, no bad one passed). After that was mended 66 of 78 of 26 others were (85 %): a
healthy one was condemned, Mage's, whose settings stand among its components. After that 55 of 63 of 21
others were (87 %, none condemned, none passed). All but AdGuard Home's are kept, whose
`dhcp_available: false` warns; of three what was expected was wrong, UAA's, Mage's and listmonk's. Of 60
of the last 20, half of them written by hand, 57 were (95 %, no healthy one condemned): Octopus Deploy's
maintenance passed, a bad component was not named, and of one what was expected was wrong.
Of 76 of 36 others, expected before any was read, 71 were (93 %, none condemned, no bad one passed): two
words of trouble were mended, of one what was expected is not what nobody requires, and SkyWalking's score
is not kept, since 1 is the best of other scores. After that 41 of 42 of 20 others were (98 %, likewise).
Of 120 of 58 others, odd shapes and other languages sought, 83 were (69 %, none condemned, no bad one
passed); 25 were mended, and of what is not kept some name no status, such as Dolibarr's. After that 58
of 60 of 42 others were (97 %, likewise); one was mended, and BTCPay's `synchronized: false` warns.
Of 57 of 46 others, plain ones, expected before any was read, 48 were (84 %, likewise): five were mended, of
PD's list what was expected was wrong, and Canvas' "canvas ok", Lighthouse's flags and Apprise's object under
`status` are not kept. After that 32 of 33 of 23 others were (97 %): a worker whose `state` is "paused" passed.
Of 61 of 34 others, healthy, degraded and failing, half of them written by hand, 45 were (74 %, none condemned):
12 that were degraded passed, by words that are trouble under one name alone, and four healthy ones warned. After those
kinds were mended 56 of 57 of 26 others were (98 %): a pool of which all was in use passed.
Of 70 lines written by hand to which odd words were sought, 45 were (64 %, none condemned), and after those kinds were
mended 61: what is not kept speaks of a measure, such as a depth beside its limit, or may be said of another time.
Of 62 of 29 others, half of them written by hand, expected before any was read, 60 were (97 %, none condemned, none
passed): `{"ruok": true}` was mended, and a null of microcosmos' that means "no fault" warns and is not kept. After that
41 of 43 of 20 others were (95 %, likewise); vSphere's lone `value` is not kept and stays inconclusive.
"""

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from tests.builders import EXPECTED, evidence, probe, service_evidence
from verifier.checks.components import check_components
from verifier.checks.endpoints import check_deep, check_live, check_ready
from verifier.guarded.probe import IdentityPaths, read_answer
from verifier.guarded.web import Fetched
from verifier.model.evidence import Endpoint
from verifier.model.finding import Outcome

DATA = Path(__file__).parents[1] / "data"
CHECKS = (check_live, check_ready, check_deep, check_components)


@dataclass(frozen=True)
class Row:
    """One document."""

    format: str
    source: str
    state: str
    endpoint: str
    required: list[str]
    status: int
    content_type: str
    body: object
    outcome: str
    names: str

    @property
    def name(self):
        return f"{self.format}: {self.state}"

    @property
    def bytes(self):
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


def rows(file):
    text = (DATA / file).read_text("utf-8")
    return [Row(**json.loads(line)) for line in text.splitlines() if line]


def findings(row, body=None, expected=None):
    """What the checks say of the document, once it is proven to be the judged deployment's."""
    headers = {
        "content-type": row.content_type,
        "x-railway-request-id": "request",
        "x-deployment": "new",
    }
    fetched = Fetched(row.status, headers, row.bytes if body is None else body)
    answer = read_answer(fetched, IdentityPaths((), ("header:x-deployment",)))
    seen = evidence(service_evidence(probe(answer, Endpoint(row.endpoint))))
    expected = expected or replace(EXPECTED, required_components=tuple(row.required))
    return [finding for check in CHECKS for finding in check(seen, expected)]


def outcome_of(found):
    """The outcome of the run, which is a warning where anything is worth a look."""
    return max((f.outcome for f in found), key=lambda o: o.rank, default=Outcome.INCONCLUSIVE)


def problem_of(row):
    """What is not as a user expects; empty where all is."""
    found = findings(row)
    outcome = outcome_of(found)
    if outcome.value != row.outcome:
        return f"{outcome} instead of {row.outcome}"
    telling = [f for f in found if f.outcome is outcome]
    text = " ".join(f"{f.check} {f.summary} {f.detail}" for f in telling).casefold()
    return "" if row.names.casefold() in text else f"does not name {row.names}"


def table(file):
    """The lines of a table: each document, and what is not as its user expects."""
    found = rows(file)
    problems = [problem_of(row) for row in found]
    yield f"{file}: {problems.count('')} of {len(found)} as expected"
    for row, problem in zip(found, problems, strict=True):
        yield f"  {'WRONG' if problem else 'ok   '} {row.name:70.70} {problem}"


if __name__ == "__main__":
    for name in sorted(path.name for path in DATA.glob("health_*.jsonl")):
        sys.stdout.write("\n".join(table(name)) + "\n")
