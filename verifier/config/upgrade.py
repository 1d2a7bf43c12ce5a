"""Brings the text of a configuration to the newest format; comments, order and all else stay."""

from collections.abc import Iterator

import yaml

from verifier.config.settings import read_config
from verifier.errors import ConfigError
from verifier.guarded.mistakes import InvalidConfigError
from verifier.guarded.yaml_document import Document, parse_document
from verifier.model.check_ids import RENAMED

#: The format that this version reads and writes.
NEWEST = 1
#: Where a check is named: the lists whose entries have `check`.
_NAMING = ("waivers", "causes")

#: From where to where of the text, and what stands there afterwards.
_Edit = tuple[int, int, str]


def upgraded(file: str, text: str) -> str:
    """
    Return the text in the newest format; the same one where nothing is to be changed.

    Raises:
        ConfigError: it is of a format that comes later than this version.
        InvalidConfigError: with every mistake that is left after that.
    """
    document = parse_document(file, text)
    for start, end, new in sorted(set(_edits(document, text)), reverse=True):
        text = text[:start] + new + text[end:]
    _, config, problems = read_config(parse_document(file, text))
    if config is None or problems:
        raise InvalidConfigError(problems)
    return text


def _edits(document: Document, text: str) -> Iterator[_Edit]:
    root = document.root
    if not isinstance(root, yaml.MappingNode) or not isinstance(document.value, dict):
        return
    version = document.value.get("version", NEWEST)
    if isinstance(version, int) and version > NEWEST:
        raise ConfigError(
            f"{document.file} has format {version}, and this version knows up to {NEWEST}",
            hint="take a newer version of the verifier",
        )
    if "version" not in document.value and root.value:
        at = root.value[0][0].start_mark.index
        line_end = "\r\n" if "\r\n" in text else "\n"
        yield at, at, f"version: {NEWEST}" + (", " if root.flow_style else line_end)
    for key, entries in root.value:
        if key.value in _NAMING and isinstance(entries, yaml.SequenceNode):
            for entry in entries.value:
                yield from _renamed(entry)


def _renamed(entry: yaml.Node) -> Iterator[_Edit]:
    for key, value in entry.value if isinstance(entry, yaml.MappingNode) else ():
        if key.value == "check" and isinstance(value, yaml.ScalarNode) and value.value in RENAMED:
            end = value.end_mark.index
            # In its quotes, if any.
            quote = value.style if value.style in ("'", '"') else ""
            yield value.start_mark.index, end, f"{quote}{RENAMED[value.value]}{quote}"
