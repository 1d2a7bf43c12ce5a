"""A few hundred histories in every test run, always the same; `make nightly` draws 20,000 new ones."""

from hypothesis import HealthCheck, settings

_PATIENT = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}
settings.register_profile("quick", max_examples=40, derandomize=True, **_PATIENT)
settings.register_profile("histories", max_examples=300, derandomize=True, **_PATIENT)
settings.register_profile("nightly", max_examples=20_000, **_PATIENT)
