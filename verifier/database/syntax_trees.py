"""Syntax trees of code, by the grammars of tree-sitter, as long as a text does not keep it busy."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from verifier.database.code_calls import TooMuchError

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

#: Some grammars look a text through to its end from each of its places, which takes hours for
#: what a megabyte may hold. Files that people write take a third of this.
_MOST_S = 0.5
_MOST_S_OF_A_BYTE = 3e-6
#: Each costs some hundred bytes and is looked at several times.
_MOST_NODES = 450_000
_AT_ONCE = 65_536


def tree_of(parser: "Parser", content: bytes) -> "Node":
    """
    Return the root of a text's syntax tree.

    Raises:
        TooMuchError: It takes longer, or has more parts, than anything that people write.
    """
    most_s = _MOST_S + _MOST_S_OF_A_BYTE * len(content)
    begun = time.process_time()
    try:
        parser.parse(
            lambda offset, _: content[offset : offset + _AT_ONCE],
            progress_callback=lambda *_: time.process_time() - begun > most_s,
        )
    except ValueError as error:
        parser.reset()  # else it would go on with this text
        raise TooMuchError from error
    # Again from bytes: the nodes of the first tree would ask the function above for their texts,
    # and a recursion that is too deep in there ends the process.
    root = parser.parse(content).root_node
    if root.descendant_count > _MOST_NODES:
        raise TooMuchError
    return root


def every(root: "Node") -> Iterator["Node"]:
    """Yield each node of a tree, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.named_children)


def added(node: "Node", kind: str) -> "list[Node] | None":
    """
    Return what a chain of plus signs adds up, in its order; None where another sign is in it.

    `kind` is what the grammar calls an operation with two sides. In a loop, for there may be
    thousands.
    """
    parts: list[Node] = []
    each: Node | None = node
    while each is not None and each.type == kind:
        sign, right = each.child_by_field_name("operator"), each.child_by_field_name("right")
        if right is None or sign is None or sign.text != b"+":
            return None
        parts.append(right)
        each = each.child_by_field_name("left")
    return [*([each] if each is not None else []), *reversed(parts)]
