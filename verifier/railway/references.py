"""
Variables that refer to those of another service, and what a container was given of them.

Source: https://docs.railway.com/variables#reference-variables
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from verifier.errors import ProviderError
from verifier.model.finding import Unobserved
from verifier.model.service_settings import ObservedService
from verifier.railway.transport import Transport
from verifier.railway.variables import read_kept_snapshots

_REFERENCE = re.compile(r"\$\{\{([^{}.]+)\.([^{}]+)\}\}")
_LIMIT_S = 20.0


def references_in(written: Mapping[str, object]) -> Mapping[str, tuple[str, ...]]:
    """Return what variables refer to, as Redis.REDIS_URL, by name of those that do."""
    found = {name: _REFERENCE.findall(str(value)) for name, value in written.items()}
    return {
        name: tuple(f"{service.strip()}.{variable.strip()}" for service, variable in pairs)
        for name, pairs in found.items()
        if pairs
    }


def with_start(
    transport: Transport, services: Mapping[str, ObservedService], active: Mapping[str, str]
) -> Iterator[tuple[str, ObservedService]]:
    """
    Yield each service, one with references with what its active deployment was started with.

    `active` are the ids of these deployments by service, empty where there is none.
    """
    ids = {name: active[name] for name, found in services.items() if found.references}
    kept = _started_with(transport, [id_ for id_ in ids.values() if id_])
    for name, service in services.items():
        id_ = ids.get(name)
        if not id_:
            yield name, service
        elif isinstance(kept, Unobserved):
            yield name, replace(service, started_with=kept)
        else:
            found = kept.get(id_, Unobserved("Railway keeps no snapshot of it"))
            yield name, replace(service, started_with=found)


def _started_with(
    transport: Transport, ids: Sequence[str]
) -> Mapping[str, Mapping[str, str]] | Unobserved:
    if not ids:
        return {}
    try:
        kept = read_kept_snapshots(transport, ids, _LIMIT_S)
    except ProviderError as error:
        return Unobserved(error.message, error.hint)
    return {id_: variables.values for id_, variables in kept.items()}
