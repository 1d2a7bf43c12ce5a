"""The single checks of the deep document, each as it stands in there."""

import os
from urllib.parse import urlsplit

import psycopg
from app.stand_in import StandIn

Check = dict[str, object]

_ENV = os.environ
_ENDPOINTS = {
    "evolution_host": "EVOLUTION_API_URL",
    "chatwoot_host": "CHATWOOT_URL",
    "redis_host": "REDIS_URL",
    "julia_api_host": "JULIA_API_URL",
    "chip_activator_host": "CHIP_ACTIVATOR_URL",
}
_CHECKS = ("environment", "project_ref", "localhost_check", "dev_guardrails", "redis", "supabase")
_OWN = ("localhost_check", "dev_guardrails", "prompts")
_NO_FAULTS: Check = {
    "missing": [],
    "inactive": [],
    "too_short": [],
    "missing_sentinels": [],
    "missing_warnings": [],
}
_PROMPTS = ("julia_base", "julia_primeira_msg", "julia_tools")


def pending(role: StandIn, expected: str) -> dict[str, Check]:
    checks: dict[str, Check] = {name: {"status": "pending"} for name in _CHECKS}
    checks |= {name: {"status": "pending", "message": None} for name in ("redis", "supabase")}
    checks |= {name: {"status": "pending", "missing": []} for name in ("tables", "views")}
    checks["schema_version"] = {"status": "pending", "current": None, "expected": expected}
    checks["prompts"] = {"status": "pending"}
    return {name: c for name, c in checks.items() if role.is_example or name not in _OWN}


def without_database(role: StandIn, expected: str, words: str) -> dict[str, Check]:
    """Return what stands in the document while the database is away: nothing critical."""
    error: dict[str, object] = {"status": "error", "message": words}
    guards = {
        "environment": {"status": "error", "app_env": _ENV.get("APP_ENV"), "db_env": None},
        "project_ref": {
            "status": "error",
            "app_ref": _ENV.get("SUPABASE_PROJECT_REF"),
            "db_ref": None,
        },
    }
    checks: dict[str, Check] = {
        **{name: {**guard, "message": words} for name, guard in guards.items()},
        "supabase": error,
        "tables": {"status": "error", "missing": list(role.tables)},
        "views": {"status": "error", "missing": list(role.views)},
        "schema_version": {
            "status": "error",
            "current": None,
            "expected": expected,
            "message": words,
        },
    }
    return {**checks, "prompts": prompts_without(words)} if role.is_example else checks


def guards(role: StandIn, settings: dict[str, str]) -> dict[str, Check]:
    env, ref = _ENV.get("APP_ENV", "development"), _ENV.get("SUPABASE_PROJECT_REF")
    return {
        "environment": _guard(
            role, ("app_env", env), ("db_env", settings.get("environment")), "ENVIRONMENT MISMATCH!"
        ),
        "project_ref": _guard(
            role,
            ("app_ref", ref),
            ("db_ref", settings.get("supabase_project_ref")),
            "PROJECT REF MISMATCH!",
        )
        if ref
        else {
            "status": "skipped",
            "app_ref": "",
            "db_ref": None,
            "message": "SUPABASE_PROJECT_REF not set",
        },
    }


def _guard(
    role: StandIn, ours: tuple[str, str | None], theirs: tuple[str, str | None], words: str
) -> Check:
    found = dict([ours, theirs])
    if theirs[1] is None:
        return {"status": "error", **found, "message": "The result contains 0 rows"}
    if ours[1] == theirs[1] or not role.guards:
        return {"status": "ok", **found}
    message = f"{words} {ours[0].upper()}={ours[1]}, DB={theirs[1]}"
    return {"status": "CRITICAL", **found, "message": message}


def schema_version(current: str | None, expected: str) -> Check:
    found: dict[str, object] = {"current": current, "expected": expected}
    if current is None:
        return {"status": "error", **found, "message": "The result contains 0 rows"}
    if current < expected:
        return {"status": "warning", **found, "message": f"Schema behind: {current} < {expected}"}
    return {"status": "ok", **found}


def prompts(connection: psycopg.Connection) -> Check:
    """Look for the texts that the application cannot work without."""
    try:
        rows = connection.execute("select nome, versao from prompts where ativo").fetchall()
    except psycopg.errors.UndefinedTable as error:
        return prompts_without(str(error))
    versions: dict[str, str] = dict(rows)
    missing = [name for name in _PROMPTS if name not in versions]
    word = "error" if missing else "ok"
    return {"status": word, **_NO_FAULTS, "missing": missing, "versions": versions}


def prompts_without(words: str) -> Check:
    return {"status": "error", **_NO_FAULTS, "versions": {}, "message": words}


def endpoints() -> dict[str, str]:
    hosts = {
        name: urlsplit(_ENV.get(variable, "")).netloc or "(not configured)"
        for name, variable in _ENDPOINTS.items()
    }
    return {**hosts, "supabase_project": _ENV.get("SUPABASE_PROJECT_REF", "")}


def localhost() -> Check:
    """Look for addresses of this machine by its name, in production alone."""
    found = [
        f"{variable}={value}"
        for variable in _ENDPOINTS.values()
        if urlsplit(value := _ENV.get(variable, "")).hostname == "localhost"
    ]
    wrong = bool(found) and _ENV.get("APP_ENV") == "production"
    checked: dict[str, object] = {
        "status": "CRITICAL" if wrong else "ok",
        "violations": found if wrong else [],
        "runtime_endpoints": endpoints(),
    }
    return (
        {**checked, "message": f"LOCALHOST DETECTED IN PRODUCTION! {found}"} if wrong else checked
    )


def guardrails() -> Check:
    """Say whom an environment for trying things out may write to."""
    env = _ENV.get("APP_ENV")
    if env == "production":
        message = "Production environment - DEV guardrails not applicable"
        return {"status": "skipped", "message": message, "app_env": env, "is_production": True}
    allowed = [number for number in _ENV.get("OUTBOUND_ALLOWLIST", "").split(",") if number]
    found: Check = {
        "status": "ok" if allowed else "CRITICAL",
        "app_env": env,
        "is_production": False,
        "allowlist_configured": bool(allowed),
        "allowlist_count": len(allowed),
    }
    return found if allowed else {**found, "message": "OUTBOUND_ALLOWLIST is empty in DEV!"}


def relations(connection: psycopg.Connection, names: tuple[str, ...]) -> Check:
    missing = [
        name
        for name in names
        if connection.execute("select to_regclass(%s)", (name,)).fetchone() == (None,)
    ]
    return {"status": "error" if missing else "ok", "missing": missing}
