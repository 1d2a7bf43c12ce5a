"""What the configuration says of what is hidden."""

from verifier.config.fields import Section


class RedactionSection(Section):
    """What of the containers' variables is hidden: all values that do not look public."""

    public: tuple[str, ...] = ()
    """Names of variables whose values may be shown."""
