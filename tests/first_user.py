"""The first user's system as it was recorded: the structure of its database, its answers."""

from pathlib import Path

import psycopg

DATA = Path(__file__).parent / "data" / "first_user"
REF = "kdwmzqhvtrpyxbnacfle"
VERSION = "20251231211500"
#: What lets the verifier's role see the markers, and change none.
POLICY = (
    "create policy deploy_verifier_reads on app_settings for select to deploy_verifier using (true)"
)


def build_database(url: str, *statements: str) -> None:
    """Make the first user's tables in an empty database, then run these statements."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((DATA / "schema.sql").read_text("utf-8"))
        # Roles belong to the server: what a test before made of this one is forgotten.
        connection.execute("alter role deploy_verifier nobypassrls nosuperuser")
        for statement in statements:
            connection.execute(statement)


def as_role(url: str, role: str) -> str:
    """Return the address with another user."""
    return url.replace("postgres:@", f"{role}:@")
