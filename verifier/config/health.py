"""The health sections of `.github/verifier.yml`: paths, what they answer, what is sent to them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Discriminator, Field, StrictInt, Tag

from verifier.config.fields import HealthPath, Section
from verifier.model.evidence import Endpoint
from verifier.model.wanted_answer import AnswerForm, WantedAnswer


class EndpointSection(Section):
    """A health endpoint of which more than the path is to be said."""

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
    headers: dict[HeaderName, FromEnvironment] = Field(default_factory=dict)
    """Sent with each of these requests, to the service's own domains alone; from env:NAME."""


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
