"""YAML that somebody else wrote: as data, and no larger than it looks."""

import yaml

_MOST_VALUES = 100_000


def read(loader: yaml.SafeLoader) -> tuple[yaml.Node | None, object]:
    """
    Return the tree and the value of the loader's one document; None and {} where it is empty.

    Aliases make a text of a few lines into more values than memory holds; that is refused.

    Raises:
        yaml.YAMLError, ValueError, RecursionError: it is no YAML, or too large.
    """
    root = loader.get_single_node()
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
