"""The guards of a first configuration, and what of them a person has to decide."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from verifier.decide.first_workflows import quoted
from verifier.model.environment_names import is_spelled_otherwise

_GUARDS = {"app-env": "APP_ENV", "supabase-project-ref": "SUPABASE_PROJECT_REF"}


def _values(services: Collection[Mapping[str, str]], name: str) -> Counter[str]:
    """Return how many services have each value of a variable, the most frequent first."""
    return Counter(value for v in services if (value := v.get(name, "").strip()))


def guard_lines(services: Collection[Mapping[str, str]]) -> Sequence[str]:
    """Return the lines of the section; none where nothing is to be guarded."""
    found = {key: _values(services, name).most_common(1) for key, name in _GUARDS.items()}
    lines = [f"  {key}: {quoted(values[0][0])}" for key, values in found.items() if values]
    return ["guards:", *lines] if lines else []


def unguarded(services: Mapping[str, Mapping[str, str]]) -> Sequence[str]:
    """Services that have none of what is guarded, such as a frontend: red from the first gate."""
    guarded = [name for name in _GUARDS.values() if _values(services.values(), name)]
    return [
        service
        for service, variables in services.items()
        if variables and guarded and not any(variables.get(name, "").strip() for name in guarded)
    ]


def _unset(services: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    without = unguarded(services)
    for service in without:
        yield (
            f"{service} has none of the guarded variables: guarded is false for it. Set them and "
            "take that out if it uses the database"
        )
    for name in _GUARDS.values():
        if not _values(services.values(), name):
            continue
        lacking = [s for s, v in services.items() if v and s not in without and not v.get(name)]
        if lacking:
            yield f"{', '.join(lacking)} has no {name}: a gate fails until it is set"


def guard_points(services: Mapping[str, Mapping[str, str]], environment: str) -> Iterator[str]:
    """Yield what is not certain of the guards of an environment at Railway."""
    for name in _GUARDS.values():
        values = _values(services.values(), name)
        if len(values) > 1:
            usual = values.most_common(1)[0][0]
            others = [n for n, v in services.items() if v.get(name, "").strip() not in ("", usual)]
            yield f"{name} differs between services: {', '.join(others)} disagree with the others"
        elif not values:
            yield f"{name} is set nowhere: no guard is written for it"
    yield from _elsewhere(services, environment)
    yield from _unset(services)


def _elsewhere(services: Mapping[str, Mapping[str, str]], environment: str) -> Iterator[str]:
    """Yield that services say to be in an environment of another name than theirs."""
    usual = _values(services.values(), _GUARDS["app-env"]).most_common(1)
    said = usual[0][0] if usual else environment
    if said.casefold() == environment.casefold() or is_spelled_otherwise(said, environment):
        return
    yield (
        f"guards.app-env is {said}, the APP_ENV of the services, in Railway's environment "
        f"{environment}: where that is a mistake, a gate passes it. Then correct APP_ENV and "
        "SUPABASE_PROJECT_REF of the services, and guards"
    )
