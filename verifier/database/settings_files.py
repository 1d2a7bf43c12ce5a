"""Reads the settings files of migration tools in a checkout: texts, INI, TOML."""

import configparser
import re
import tomllib
from collections.abc import Iterable, Mapping

from verifier.database.files import Files
from verifier.database.migration_files import folder_of, named, nearest
from verifier.errors import UnexpectedAnswerError
from verifier.model.cut_text import cut_to


def read_text(files: Files, path: str) -> str:
    """Return the text of one file; what is not UTF-8 in it is replaced."""
    return files.read([path])[path].decode("utf-8-sig", "replace")


def setting(files: Files, names: Iterable[str], pattern: str) -> tuple[str, str] | None:
    """Return folder and first group of the first match in the configuration files of a tool."""
    found = named(files, *names)
    if not found:
        return None
    path = nearest(found)
    match = re.search(pattern, read_text(files, path), re.MULTILINE)
    return (folder_of(path), match[1]) if match else None


def unreadable(path: str, error: Exception) -> UnexpectedAnswerError:
    """Return in one line what a library says of a file: it may repeat lines of any length."""
    said = cut_to(200, " ".join(str(error).split()))
    return UnexpectedAnswerError(f"{path} cannot be read: {said}")


def read_ini(files: Files, path: str) -> configparser.RawConfigParser:
    """
    Return the settings of an INI file, unexpanded.

    Raises:
        UnexpectedAnswerError: it is none.
    """
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(read_text(files, path))
    except configparser.Error as error:
        raise unreadable(path, error) from error
    return parser


def read_toml(files: Files, path: str) -> Mapping[str, object]:
    """
    Return a TOML file.

    Raises:
        UnexpectedAnswerError: it is none.
    """
    try:
        return tomllib.loads(read_text(files, path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise unreadable(path, error) from error


def toml_tool(files: Files, path: str) -> dict[str, object]:
    """
    Return the `[tool]` table of a `pyproject.toml`.

    Raises:
        UnexpectedAnswerError: it is no TOML.
    """
    tool = read_toml(files, path).get("tool")
    return tool if isinstance(tool, dict) else {}
