"""
Railway's configuration in a repository, `railway.json` or `railway.toml`, into the model.

What Railway does not know it ignores without a word, so that is a mistake here. The keys and values
are those of its reference in November 2026.

Source: https://docs.railway.com/config-as-code/reference
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from verifier.model.cut_text import cut_to
from verifier.model.railway_file import FileMistake, FileSettings, RailwayFile

_Seconds = Annotated[int, Field(ge=0)]
_Builder = Literal["RAILPACK", "DOCKERFILE", "NIXPACKS", "HEROKU", "PAKETO"]
_RestartPolicy = Literal["ON_FAILURE", "ALWAYS", "NEVER"]
#: Railway's own examples write them in lower case too.
_IN_CAPITALS = BeforeValidator(lambda said: said.upper() if isinstance(said, str) else said)
_Replicas = Annotated[int, Field(ge=0)]


class _Section(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class _Build(_Section):
    builder: Annotated[_Builder, _IN_CAPITALS] | None = None
    build_command: str | None = None
    dockerfile_path: str | None = None
    watch_patterns: tuple[str, ...] | None = None
    railpack_version: str | None = None
    nixpacks_config_path: str | None = None
    nixpacks_plan: dict[str, object] | None = None
    nixpacks_version: str | None = None
    build_environment: str | None = None


class _Deploy(_Section):
    start_command: str | None = None
    pre_deploy_command: Annotated[tuple[str, ...], Field(max_length=1)] | str | None = None
    healthcheck_path: str | None = None
    healthcheck_timeout: _Seconds | None = None
    restart_policy_type: Annotated[_RestartPolicy, _IN_CAPITALS] | None = None
    restart_policy_max_retries: Annotated[int, Field(ge=0)] | None = None
    cron_schedule: str | None = None
    num_replicas: _Replicas | None = None
    multi_region_config: dict[str, dict[str, object] | None] | None = None
    region: str | None = None
    sleep_application: bool | None = None
    overlap_seconds: _Seconds | None = None
    draining_seconds: _Seconds | None = None
    limit_override: dict[str, object] | None = None
    required_mount_path: str | None = None
    runtime: str | None = None
    ipv6_egress_enabled: bool | None = None
    use_legacy_stacker: bool | None = None


class _Environment(_Section):
    build: _Build | None = None
    deploy: _Deploy | None = None


class _File(_Environment):
    schema_: str | None = Field(default=None, alias="$schema")
    environments: dict[str, _Environment | None] | None = None


#: What pydantic names beside the keys: the alternatives that a value may be.
_OF_A_UNION = re.compile(r"^(?:str$|tuple\[|constrained)")
_KEYS = {
    str(field.alias)
    for section in (_Build, _Deploy, _File)
    for field in section.model_fields.values()
}


def parse_railway_file(path: str, text: str) -> RailwayFile:
    """Return what a file of that name says; whatever is wrong with it is among its mistakes."""
    try:
        value: object = tomllib.loads(text) if path.endswith(".toml") else json.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "TOML" if path.endswith(".toml") else "JSON"
        return RailwayFile(path, (FileMistake("", f"valid {kind}", cut_to(200, str(error))),), {})
    if "/" in path and not _is_of_railway(value):
        return RailwayFile(path, (), {})
    try:
        _File.model_validate(value)
        mistakes: tuple[FileMistake, ...] = ()
    except ValidationError as error:
        mistakes = tuple(dict.fromkeys(_mistakes(error)))
    return RailwayFile(path, mistakes, dict(_settings(value)))


def _is_of_railway(value: object) -> bool:
    """Whether a file that has the name alone, such as a dashboard, is Railway's."""
    said = _mapping(value)
    is_named = "railway" in _text(said.get("$schema"))
    return is_named or any(isinstance(said.get(k), Mapping) for k in _File.model_fields)


def _mistakes(error: ValidationError) -> Iterator[FileMistake]:
    for found in error.errors(include_url=False):
        where = [str(key) for key in found["loc"] if not _OF_A_UNION.match(str(key))]
        place = ".".join(where)
        if found["type"] == "extra_forbidden":
            near = get_close_matches(where[-1], _KEYS, 1, 0.75)
            expected = near[0] if near else "a key of Railway's reference"
            yield FileMistake(place, expected, "Railway ignores it: it knows no such key")
        else:
            told = found["msg"].removeprefix("Input should be ").replace("tuple", "list")
            yield FileMistake(place, told, f"found {cut_to(80, str(found['input']))!r}")


def _settings(value: object) -> Iterator[tuple[str, FileSettings]]:
    """What is readable of it, of each environment by itself, whatever else is wrong."""
    said = value if isinstance(value, Mapping) else {}
    yield "", _of(said)
    named = said.get("environments")
    if isinstance(named, Mapping):
        for name, of_it in named.items():
            if isinstance(of_it, Mapping):
                yield f"environments.{name}.", _of(of_it)


def _of(said: Mapping[str, object]) -> FileSettings:
    build, deploy = _mapping(said.get("build")), _mapping(said.get("deploy"))
    patterns = build.get("watchPatterns")
    return FileSettings(
        builder=_text(build.get("builder")),
        dockerfile=_text(build.get("dockerfilePath")),
        watch_patterns=(
            tuple(p for p in patterns if isinstance(p, str) and p)
            if isinstance(patterns, list)
            else ()
        ),
        start_command=_text(deploy.get("startCommand")),
        health_path=_text(deploy.get("healthcheckPath")),
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
