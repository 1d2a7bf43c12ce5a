"""YAML that somebody else wrote: as data, and no larger than it looks."""

import yaml

_MOST_VALUES = 100_000


class Loader(yaml.SafeLoader):
    """A tag that does not fit its value (`!!int ""`) is a mistake of the text, in its line."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        """Return the value of a node."""
        try:
            found: object = super().construct_object(node, deep=deep)
        except (yaml.YAMLError, RecursionError):
            raise
        except Exception as error:
            kind = node.tag.rpartition(":")[2]
            raise yaml.constructor.ConstructorError(
                None, None, f"this cannot be read as {kind}", node.start_mark
            ) from error
        return found


def read(loader: Loader) -> tuple[yaml.Node | None, object]:
    """
    Return the tree and the value of the loader's one document; None and {} where it is empty.

    Aliases make a text of a few lines into more values than memory holds; that is refused.

    Raises:
        yaml.YAMLError, ValueError, RecursionError: it is no YAML, or too large.
    """
    try:
        root = loader.get_single_node()
    except (ArithmeticError, ValueError) as error:
        raise yaml.MarkedYAMLError(
            problem="found the number of no character", problem_mark=loader.get_mark()
        ) from error
    if root is None:
        return None, {}
    if _values(root, {}) > _MOST_VALUES:
        raise ValueError("its aliases expand to too many values")
    return root, loader.construct_document(root)


def _values(node: yaml.Node, known: dict[int, int]) -> int:
    """Count the values below a node, each as often as aliases repeat it."""
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = _MOST_VALUES + 1  # what holds itself has no end
    count = 1
    if isinstance(node, yaml.MappingNode):
        count += sum(_values(part, known) for pair in node.value for part in pair)
    elif isinstance(node, yaml.SequenceNode):
        count += sum(_values(part, known) for part in node.value)
    known[id(node)] = count
    return count
