"""How a hint becomes a step that stands alone."""


def sentence(text: str) -> str:
    """Return `text` with a capital letter and one full stop; empty stays empty."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}." if text else ""
