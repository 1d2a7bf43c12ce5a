"""The forms in which a command's result can be printed."""

from enum import StrEnum


class OutputForm(StrEnum):
    """What `--format` takes; each command takes those that it has."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    JUNIT = "junit"
    OTLP = "otlp"
    OPENMETRICS = "openmetrics"
    SARIF = "sarif"
    CSV = "csv"

    @property
    def is_for_programs(self) -> bool:
        """Whether nothing else may be printed beside it."""
        return self is not OutputForm.TEXT
