"""
The entry by which editors find the configuration's schema without a line in the file.

`python -m release.schemastore` prints it, to be added to `src/api/json/catalog.json` of
https://github.com/SchemaStore/schemastore by a pull request.
"""

import json
import sys

from verifier.config.schemas import schema_url_for


def entry(url: str) -> dict[str, object]:
    """Return the entry for a schema at this address.

    Raises `LookupError`, in words for whoever releases, where nobody has published it.
    """
    if not url:
        raise LookupError("no address is known: write REPOSITORY in verifier/model/project.py")
    return {
        "name": "Railway deploy verifier",
        "description": "Checks of deployments on Railway, and their rollback",
        "fileMatch": ["**/.github/verifier.yml"],
        "url": url,
    }


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(entry(schema_url_for("")), indent=2) + "\n")
    except LookupError as error:
        sys.exit(str(error))
