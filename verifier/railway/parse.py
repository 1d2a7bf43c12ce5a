"""Railway's JSON into the model. Whatever is malformed is rejected in one place."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from verifier.errors import UnexpectedAnswerError
from verifier.model.background import LogLine
from verifier.model.deployment import Deployment, DeploymentStatus


def nodes(connection: object, what: str) -> Iterator[Mapping[str, object]]:
    """
    Yield the nodes of a GraphQL connection.

    Raises:
        UnexpectedAnswerError: it is malformed.
    """
    match connection:
        case {"edges": list(edges)}:
            for edge in edges:
                match edge:
                    case {"node": dict(node)}:
                        yield node
                    case _:
                        raise UnexpectedAnswerError(f"Railway's list of {what} is malformed")
        case _:
            raise UnexpectedAnswerError(f"Railway's list of {what} is malformed")


def has_next_page(connection: object) -> bool:
    """Whether a connection goes on; what does not say so may."""
    match connection:
        case {"pageInfo": {"hasNextPage": False}}:
            return False
        case _:
            return True


def next_page(connection: object) -> str | None:
    """Return the cursor of the next page of a connection, None on the last one."""
    match connection:
        case {"pageInfo": {"hasNextPage": True, "endCursor": str(cursor)}}:
            return cursor
        case _:
            return None


def texts(items: Sequence[object], key: str) -> Iterator[str]:
    """Yield the texts under `key` of a list's objects."""
    for item in items:
        value = item.get(key) if isinstance(item, dict) else None
        if isinstance(value, str):
            yield value


def parse_deployment(row: Mapping[str, object]) -> Deployment:
    """
    Read one row of `Deployment`.

    Raises:
        UnexpectedAnswerError: a field that the schema promises is missing.
    """
    match row:
        case {"id": str(id_), "status": str(word), "createdAt": str(created_at)}:
            meta = mapping(row.get("meta"))
            return Deployment(
                id=id_,
                status=_status(word),
                status_word=word,
                created_at=time_of(created_at),
                commit_sha=_text(meta, "commitHash").lower(),
                author=_text(meta, "commitAuthor"),
                repository=_text(meta, "repo"),
                settled_at=_settled_at(row.get("statusUpdatedAt")),
                image_digest=_text(meta, "imageDigest"),
                reason=_text(meta, "reason"),
                skipped_reason=_text(meta, "skippedReason"),
                can_rollback=row.get("canRollback") is True,
                can_redeploy=row.get("canRedeploy") is True,
                is_health_checked=_is_health_checked(meta),
                has_ended=row.get("deploymentStopped") is True,
                instances=_instances(row.get("instances")),
                replica_count=_replica_count(meta),
                is_scheduled=_is_scheduled(meta),
                region_count=max(1, len(_by_region(meta))),
            )
        case _:
            raise UnexpectedAnswerError("a deployment of Railway's has no id, status or time")


def parse_variables(value: object) -> Mapping[str, str]:
    """
    Read the untyped scalar `EnvironmentVariables`.

    Raises:
        UnexpectedAnswerError: it is no map of texts.
    """
    if not isinstance(value, dict):
        raise UnexpectedAnswerError("Railway's variables are malformed")
    return {key: text for key, text in value.items() if isinstance(text, str)}


def parse_log(value: object) -> tuple[LogLine, ...]:
    """
    Read a list of `Log`.

    Raises:
        UnexpectedAnswerError: it is no list.
    """
    if not isinstance(value, list):
        raise UnexpectedAnswerError("Railway's log is malformed")
    rows = [row for row in value if isinstance(row, dict)]
    return tuple(LogLine(_text(row, "message"), _text(row, "severity")) for row in rows)


def parse_request_log(value: object, deployment_id: str) -> frozenset[str]:
    """
    Read a list of `HttpLog`: the ids of the requests that this deployment served.

    Raises:
        UnexpectedAnswerError: it is no list.
    """
    if not isinstance(value, list):
        raise UnexpectedAnswerError("Railway's request log is malformed")
    rows = [
        row for row in value if isinstance(row, dict) and row.get("deploymentId") == deployment_id
    ]
    return frozenset(texts(rows, "requestId"))


def _status(word: str) -> DeploymentStatus:
    try:
        return DeploymentStatus(word)
    except ValueError:
        return DeploymentStatus.UNKNOWN


def time_of(text: str) -> datetime:
    """
    Return an aware time.

    Raises:
        UnexpectedAnswerError: it is none.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnexpectedAnswerError("a deployment of Railway's has no readable time") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _settled_at(value: object) -> datetime | None:
    return time_of(value) if isinstance(value, str) else None


def _instances(value: object) -> tuple[str, ...]:
    return tuple(texts(value, "status")) if isinstance(value, list) else ()


def _is_health_checked(meta: Mapping[str, object]) -> bool:
    """Whether its manifest has a health check, without which Railway does not switch to it."""
    deploy = mapping(mapping(meta.get("serviceManifest")).get("deploy"))
    return bool(deploy.get("healthcheckPath"))


def _is_scheduled(meta: Mapping[str, object]) -> bool:
    """The schedule in force is that of the manifest, whatever the service has now."""
    deploy = mapping(mapping(meta.get("serviceManifest")).get("deploy"))
    return bool(deploy.get("cronSchedule"))


def _replica_count(meta: Mapping[str, object]) -> int | None:
    """Sum over regions: `numReplicas` alone counts one of them."""
    deploy = mapping(mapping(meta.get("serviceManifest")).get("deploy"))
    single = deploy.get("numReplicas")
    return sum(_by_region(meta)) or (single if isinstance(single, int) else None)


def _by_region(meta: Mapping[str, object]) -> list[int]:
    """Return how many replicas each region has; none where the manifest names no region."""
    deploy = mapping(mapping(meta.get("serviceManifest")).get("deploy"))
    regions = mapping(deploy.get("multiRegionConfig")).values()
    counts = [mapping(region).get("numReplicas") for region in regions if region]
    return [count for count in counts if isinstance(count, int) and count > 0]


def mapping(value: object) -> Mapping[str, object]:
    """Return an object, an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def _text(meta: Mapping[str, object], key: str) -> str:
    value = meta.get(key)
    return value if isinstance(value, str) else ""
