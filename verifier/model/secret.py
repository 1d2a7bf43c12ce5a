"""A value that must not be shown."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret whose text form is a mask; `reveal` it only where it is used."""

    _value: str = field(repr=False)
    variable: str = ""
    """Which variable of the environment it stands in, where that is said to people."""

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __str__(self) -> str:
        return "***"
