"""What the code needs of its surroundings."""

EXPECTED_SCHEMA_VERSION = "20260103090000"
