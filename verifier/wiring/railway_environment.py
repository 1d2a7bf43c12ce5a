"""The environment at Railway, and the services in it, that the settings mean."""

import difflib
from collections.abc import Callable, Sequence
from functools import partial

from verifier.commands.retries import retrying
from verifier.config.settings import Settings
from verifier.errors import ConfigError, ProviderError
from verifier.guarded import web
from verifier.guarded.mistakes import SEE_RAILWAY, InvalidConfigError
from verifier.model.deployment import Scope, Service
from verifier.railway.token_scope import find_scope, token_scope
from verifier.railway.transport import Transport
from verifier.wiring.clock import SystemClock

#: How long a command that only looks bears an unreachable Railway.
REACH_WITHIN_S = 5.0


def find_environment(
    settings: Settings, limit_s: float, told: Callable[[str], None] = lambda _: None
) -> tuple[Transport, Scope]:
    """
    Return what asks Railway, and the environment that the settings mean.

    A hiccup of Railway's at the very start must not end a run that has not begun: it is borne for
    `limit_s` seconds. `told` is given a sentence for each attempt that failed before the last one.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    transport = Transport(web.open_client(settings.railway_headers), settings.railway_url)
    find = partial(_find_scope, settings, transport)

    def tell(error: ProviderError, wait_s: float) -> None:
        told(f"{error.message}; asking again in {wait_s:.1f} s, for {limit_s:.0f} s at most")

    scope = retrying(lambda _left_s: find(), SystemClock(), limit_s, tell)
    return transport, scope


def _find_scope(settings: Settings, transport: Transport) -> Scope:
    section = settings.config.railway
    if not settings.has_project_token:
        return find_scope(transport, section.project or "", section.environment)
    scope = token_scope(transport)
    if section.environment not in (scope.environment_name, scope.environment_id):
        raise ConfigError(
            f"RAILWAY_TOKEN is for the environment {scope.environment_name}, "
            f"railway.environment is {section.environment}",
            hint="use a project token of that environment, or correct railway.environment",
        )
    if section.project and section.project not in (scope.project_name, scope.project_id):
        raise ConfigError(
            f"RAILWAY_TOKEN is for the project {scope.project_name}, "
            f"railway.project is {section.project}",
            hint="use a project token of that project, or correct railway.project",
        )
    return scope


def services_of(settings: Settings, scope: Scope, names: Sequence[str]) -> list[Service]:
    """
    Return the services of these names.

    Raises:
        InvalidConfigError: Railway has none of a name, or several.
    """
    problems = []
    services = []
    for name in names:
        section = settings.config.services[name]
        if name not in scope.service_ids:
            near = difflib.get_close_matches(name, list(scope.service_ids), n=1)
            meant = f" (did you mean {near[0]!r}?)" if near else ""
            known = ", ".join(sorted(scope.service_ids)) or "none"
            text = f"found the service {name!r}{meant}, expected one that Railway has: {known}"
            problems.append(settings.document.key_problem(("services", name), text))
            continue
        if name in scope.ambiguous:
            text = (
                f"found several services named {name!r} at Railway, expected one: rename the others"
            )
            problems.append(settings.document.key_problem(("services", name), text))
            continue
        services.append(
            Service(
                name=name,
                id=scope.service_ids[name],
                role=section.role,
                run_mode=section.run_mode,
                url=settings.service_url(name),
                replicas=section.replicas,
            )
        )
    if problems:
        raise InvalidConfigError(problems, SEE_RAILWAY)
    return services
