"""The foreign actions that our workflows and those of `init` use, each pinned to a commit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionPin:
    """One version of an action; `str` is what stands behind `uses:`."""

    action: str
    version: str
    commit: str

    def __str__(self) -> str:
        return f"{self.action}@{self.commit} # {self.version}"


CHECKOUT = ActionPin("actions/checkout", "v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1")

#: All of them run on Node 24: runners lost Node 20 on 2026-09-16. `make pins` writes a change of
#: this list into every workflow and page.
PINS = (
    CHECKOUT,
    ActionPin("actions/setup-python", "v6.2.0", "a309ff8b426b58ec0e2a45f0f869d46889d02405"),
    ActionPin("actions/upload-artifact", "v7.0.1", "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a"),
    ActionPin("actions/download-artifact", "v8.0.1", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"),
    ActionPin("actions/attest", "v4.1.0", "59d89421af93a897026c735860bf21b6eb4f7b26"),
)
