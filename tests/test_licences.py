"""What users are given besides: each package is listed with its licence, and that one is allowed."""

import re
from importlib import metadata
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
#: Used unchanged and as libraries, these ask nothing of who runs the verifier.
ALLOWED = {
    "MIT",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Apache-2.0",
    "PSF-2.0",
    "MPL-2.0",
    "LGPL-3.0-only",
}
#: By how packages that do not name theirs in SPDX name it.
CLASSIFIED = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Apache Software License": "Apache-2.0",
}


def listed():
    lines = (REQUIREMENTS / "licences.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("#"))


LOCKS = {"run", "lint", "zizmor", "bootstrap"}


def locked():
    text = "".join((REQUIREMENTS / f"{lock}.txt").read_text("utf-8") for lock in sorted(LOCKS))
    return set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE))


def test_every_locked_package_is_listed():
    assert set(listed()) == locked()


def test_what_audits_the_list_is_told_in_full():
    text = (REQUIREMENTS / "licences.txt").read_text("utf-8")

    assert set(re.findall(r"-r requirements/(\w+)\.txt", text)) == LOCKS


@pytest.mark.parametrize(("package", "licence"), listed().items())
@pytest.mark.slow
def test_a_licence_is_allowed_and_the_packages_own(package, licence):
    assert ALLOWED & set(licence.split(" OR "))

    # What is for another system, or installs the others, is not here to be asked.
    installed = {dist.name.lower() for dist in metadata.distributions()}
    own = metadata.metadata(package) if package in installed else None
    classified = own.get_all("Classifier") or [] if own else []
    names = [text.rpartition(" :: ")[2] for text in classified if text.startswith("License")]
    told = (own.get("License-Expression") if own else "") or next(
        (CLASSIFIED[name] for name in names if name in CLASSIFIED), ""
    )
    assert not told or set(told.split(" OR ")) <= set(licence.split(" OR "))
