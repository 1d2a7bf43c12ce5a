"""The health sections of `.github/verifier.yml`: paths, what they answer, what is sent to them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, StrictBool, StrictInt, Tag

from verifier.config.fields import HealthPath, PositiveDuration, Section
from verifier.model.evidence import Endpoint
from verifier.model.expectations import Worth, worth_of
from verifier.model.expected_value import parse_comparison
from verifier.model.extra_endpoint import Extra
from verifier.model.finding import Outcome
from verifier.model.secret import Secret
from verifier.model.wanted_answer import AnswerForm, WantedAnswer


class EndpointSection(Section):
    """A health endpoint with more settings than its path."""

    path: HealthPath
    """Its path, such as /up."""
    expect: AnswerForm | None = None
    """What a good body is. Default: what the document says; for `live` any text will do."""
    status: tuple[Annotated[StrictInt, Field(ge=200, le=299)], ...] = ()
    """Good HTTP codes; empty for every 2xx."""


def _form_of_endpoint(value: object) -> str:
    return "<path>" if isinstance(value, str) else "<endpoint>"


HealthEndpoint = Annotated[
    Annotated[HealthPath, Tag("<path>")] | Annotated[EndpointSection, Tag("<endpoint>")],
    Discriminator(_form_of_endpoint),
]

HeaderName = Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,64}$")]
#: The file holds the name of a variable, never what is secret.
FromEnvironment = Annotated[str, Field(pattern="^env:[A-Za-z_][A-Za-z0-9_]*$")]


def _json_path(value: str) -> str:
    # The library is loaded by configurations that have such a path alone.
    from verifier.guarded.json_path import checked_path

    return checked_path(value)


_Value = str | StrictBool | StrictInt | float | None
_Values = _Value | tuple[_Value, ...]


def _compared(value: _Values) -> _Values:
    parse_comparison(value)
    return value


ComponentName = Annotated[str, Field(pattern=r"^[^?\[\]]{1,120}$")]
JsonPath = Annotated[str, AfterValidator(_json_path)]
Expected = Annotated[_Values, AfterValidator(_compared)]


class ExtraSection(Section):
    """A further endpoint, and what its response must hold."""

    name: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9_-]{0,60}$")]
    """Its name in reports: the check is extra.NAME."""
    path: HealthPath
    """Its path. It must have no side effects: every look requests it."""
    service: str | None = None
    """The service that has it. Default: the one of role `api`, or the only one."""
    expect: dict[JsonPath, Expected] = Field(default_factory=dict)
    """By JSONPath: a value, a list of values, `< 1000`, `!= error` or `age < 10m`. Left out: open
    circuit breakers, used-up limits and late jobs are looked for."""
    outcome: Literal["warn", "fail"] = "warn"
    """Outcome if the expectation is not met. `fail` needs `expect`."""
    missing: Literal["warn", "fail"] | None = None
    """With `outcome: fail`, what a value that is not there is worth once `gate.ready-within` ends.
    Default: not known, which is inconclusive."""


class ServiceHealthSection(Section):
    """What of `health` is different for one service; null switches an endpoint off for it."""

    live: HealthEndpoint | None = None
    """As health.live."""
    ready: HealthEndpoint | None = None
    """As health.ready."""
    deep: HealthEndpoint | None = None
    """As health.deep."""
    schema_: Annotated[HealthEndpoint | None, Field(alias="schema")] = None
    """As health.schema."""
    required: tuple[str, ...] = ()
    """As health.required."""
    headers: dict[HeaderName, FromEnvironment] = Field(default_factory=dict)
    """As health.headers, in their place."""
    answer_within: PositiveDuration | None = None
    """As health.answer-within."""


class HealthSection(Section):
    """Paths of the health endpoints; null switches one off."""

    live: HealthEndpoint | None = "/health"
    """Says that the process answers."""
    ready: HealthEndpoint | None = "/health/ready"
    """Says that it can take requests."""
    deep: HealthEndpoint | None = "/health/deep"
    """Says of each component whether it is good."""
    schema_: Annotated[HealthEndpoint | None, Field(alias="schema")] = "/health/schema"
    """Says which schema version the database has."""
    required: tuple[str, ...] = (
        "environment",
        "project_ref",
        "redis",
        "supabase",
        "tables",
        "views",
        "schema_version",
    )
    """Components that the deep document must have, in a good state."""
    components: dict[ComponentName, Worth] = Field(default_factory=dict)
    """Outcome of a bad component, by its name (* for any letters): warn, fail or ignore."""
    headers: dict[HeaderName, FromEnvironment] = Field(default_factory=dict)
    """Sent with each of these requests, to the service's own domains alone; from env:NAME."""
    answer_within: PositiveDuration | None = None
    """What an answer may take. Three slower ones in a row are a warning."""
    extra: tuple[ExtraSection, ...] = ()
    """Further endpoints of yours to check."""


def endpoints_of(health: HealthSection) -> Mapping[Endpoint, EndpointSection]:
    """Return the endpoints that are asked, each in its long form."""
    given = {
        Endpoint.LIVE: health.live,
        Endpoint.READY: health.ready,
        Endpoint.DEEP: health.deep,
        Endpoint.SCHEMA: health.schema_,
    }
    return {
        endpoint: EndpointSection(path=said) if isinstance(said, str) else said
        for endpoint, said in given.items()
        if said is not None
    }


def wanted_answers(health: HealthSection) -> Mapping[Endpoint, WantedAnswer]:
    """Return what each endpoint must answer, where the file says it."""
    return {
        endpoint: WantedAnswer(section.expect, section.status)
        for endpoint, section in endpoints_of(health).items()
    }


def health_of(health: HealthSection, own: ServiceHealthSection | None) -> HealthSection:
    """Return the section of one service: what it says itself, and else what all have."""
    if own is None:
        return health
    return health.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


def secrets_of(headers: Mapping[str, str], environ: Mapping[str, str]) -> Mapping[str, Secret]:
    """Return headers with the values that they name; one that is not set is empty."""
    return {
        name: Secret(environ.get(said.removeprefix("env:"), "").strip())
        for name, said in headers.items()
    }


def extra_of(section: ExtraSection) -> Extra:
    """Return an extra endpoint in the terms of the checks."""
    return Extra(
        section.name,
        section.path,
        {path: parse_comparison(value) for path, value in section.expect.items()},
        Outcome(section.outcome),
        Outcome(section.missing) if section.missing else None,
    )


def required_of(health: HealthSection) -> tuple[str, ...]:
    """Return the required components: of the default ones, those that nothing is said of."""
    if "required" in health.model_fields_set:
        return health.required
    said = by_exactness(health.components)
    return tuple(name for name in health.required if worth_of(name, said) is None)


def by_exactness(components: Mapping[str, Worth]) -> Mapping[str, Worth]:
    """Return patterns of components in lower case, whole names before those with a *."""
    order = sorted(components.items(), key=lambda pair: "*" in pair[0])
    return {name.casefold(): worth for name, worth in order}
