"""Where the usual stacks name their commit or deployment: one table, for documents and headers."""

import re

#: Fields and headers, and whose they are. Matched without case, `-` and `_`, at the end of a place.
PLACES = (
    ("gitsha", "by hand; the first user"),
    ("sha", "by hand; Docker labels"),
    ("commit", "Grafana, InfluxDB, /info of Spring's build"),
    ("commitsha", "by hand; RAILWAY_GIT_COMMIT_SHA"),
    ("commithash", "by hand"),
    ("commitid", "by hand"),
    ("gitcommit", "by hand; Go's ldflags"),
    ("gitcommitsha", "RAILWAY_GIT_COMMIT_SHA as it is"),
    ("commit.id", "Spring Boot's /info (git.commit.id, mode simple)"),
    ("commit.id.abbrev", "Spring Boot's /info (git-commit-id-plugin)"),
    ("commit.id.full", "Spring Boot's /info (mode full)"),
    ("githash", "by hand; vite and webpack plugins"),
    ("gitrev", "by hand; Rust's vergen and git_version"),
    ("gitrevision", "by hand; django-git-revision"),
    ("vcsrevision", "Go's debug.ReadBuildInfo, written flat"),
    ("buildsha", "by hand; Docker build arguments"),
    ("buildcommit", "by hand"),
    ("buildhash", "by hand; Gatsby, Mattermost"),
    ("sourcecommit", "Docker Hub's SOURCE_COMMIT"),
    ("sourceversion", "Heroku's SOURCE_VERSION"),
    ("shortsha", "by hand; where it is at least seven digits"),
    ("revision", "OpenContainers' labels, Go's vcs.revision"),
    ("releaseid", "health+json"),
    ("release", "Sentry's name for a version"),
    ("build", "by hand"),
    ("version", "by hand; where it is a commit"),
    ("xgitsha", "header, by hand"),
    ("xgitcommit", "header, by hand"),
    ("xgithash", "header, by hand"),
    ("xgitrevision", "header, by hand"),
    ("xbuildsha", "header, by hand"),
    ("xbuildcommit", "header, by hand"),
    ("xrelease", "header, by hand; where it is a commit"),
    ("xappversion", "header, by hand; where it is a commit"),
    ("xcommit", "header, by hand"),
    ("xcommitsha", "header, by hand"),
    ("xrevision", "header, by hand"),
    ("xversion", "header, by hand; where it is a commit"),
    ("deploymentid", "RAILWAY_DEPLOYMENT_ID"),
    ("railwaydeploymentid", "RAILWAY_DEPLOYMENT_ID as it is"),
    ("deployid", "by hand"),
    ("deployment", "by hand"),
    ("deployment.id", "by hand"),
    ("xdeploymentid", "header, by hand"),
    ("xrailwaydeploymentid", "header, by hand"),
)
_NAMES = tuple(name for name, _ in PLACES)
_SEPARATORS = re.compile(r"[_-]+")


def names_identity(place: str) -> bool:
    """Whether a place, such as `build.git_sha` or a header's name, may say who answered."""
    bare = _SEPARATORS.sub("", place).casefold()
    return any(bare == name or bare.endswith(f".{name}") for name in _NAMES)
