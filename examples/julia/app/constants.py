"""What the code needs of its surroundings."""

EXPECTED_SCHEMA_VERSION = "20260102090000"
