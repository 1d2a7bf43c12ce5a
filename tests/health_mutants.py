"""What health documents say: rules, and how each is broken, for `tests.mutants`."""

_TESTS = ("tests/health", "tests/checks")

#: The rule, the file, the code, what stands there once the rule is broken, the tests.
ROWS = (
    (
        "a level of logging is no wrong environment",
        "health/entries.py",
        "    if status is HealthStatus.CRITICAL:  #",
        "    if False:  #",
        _TESTS,
    ),
    (
        "critical in lower case is a failure like any other",
        "health/vocabulary.py",
        "if word.strip() == _WRONG_ENVIRONMENT:",
        "if word.strip().upper() == _WRONG_ENVIRONMENT:",
        _TESTS,
    ),
    (
        "a setting beside the status is judged only where it is required",
        "checks/components.py",
        "if not is_named and not component.is_incidental:",
        "if not is_named:",
        _TESTS,
    ),
    (
        "settings do not make the whole bad",
        "health/json_document.py",
        "beside = [c for c in found.loose if not c.is_incidental]",
        "beside = list(found.loose)",
        _TESTS,
    ),
    (
        "plain words under 200 make the whole a warning at most",
        "health/json_document.py",
        "elif status in (HealthStatus.BAD, HealthStatus.CRITICAL):",
        "elif False:",
        _TESTS,
    ),
    (
        "the success of a call is not that of the application",
        "health/json_document.py",
        "if _is_envelope(value, said) and any(",
        "if False and any(",
        _TESTS,
    ),
    (
        "a component that is in the document is not missing because there are many",
        "health/reader.py",
        "if len(document.components) > MAX_COMPONENTS:",
        "if False:",
        _TESTS,
    ),
    (
        "of a key that stands twice neither value is believed",
        "health/reader.py",
        "            if found[key] != value:",
        "            if False:",
        _TESTS,
    ),
    (
        "an application that wants a login has said nothing",
        "health/reader.py",
        "if wants_login(value):",
        "if False:",
        _TESTS,
    ),
    (
        "a warning of django-health-check is a warning",
        "health/vocabulary.py",
        "if status in (HealthStatus.WARNING, *_BAD):",
        "if status in _BAD:",
        _TESTS,
    ),
    (
        "good and an error at once is not good",
        "health/entries.py",
        "elif error and said.status is HealthStatus.GOOD:",
        "elif False:",
        _TESTS,
    ),
)
