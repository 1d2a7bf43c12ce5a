"""What may become of a service's deployment of a commit in place of going live."""

from collections.abc import Mapping
from enum import StrEnum


class ServiceFate(StrEnum):
    """Whether a deployment of it appears, waits for a person, or cannot be built."""

    ABSENT = "absent"
    """No deployment appears."""
    NEEDS_APPROVAL = "needs-approval"
    """It waits for a person."""
    BUILD_FAILS = "build-fails"
    """Its build fails."""


#: Railway's status that it has as soon as it appears, and keeps.
AT_ONCE: Mapping[ServiceFate, str] = {ServiceFate.NEEDS_APPROVAL: "NEEDS_APPROVAL"}
#: Railway's status that its build ends with.
AFTER_BUILD: Mapping[ServiceFate, str] = {ServiceFate.BUILD_FAILS: "FAILED"}
