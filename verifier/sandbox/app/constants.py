"""What this version of the application needs."""

EXPECTED_SCHEMA_VERSION = "0"
