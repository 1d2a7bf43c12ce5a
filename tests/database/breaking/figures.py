"""How often what is found of migrations is what a person says of them."""

from collections.abc import Collection, Hashable


def precision_and_recall(
    what: str, pairs: Collection[tuple[Collection[Hashable], Collection[Hashable]]]
) -> tuple[float, float, str]:
    """
    Return both figures and a line that shows them.

    Of `pairs`, one a migration, the first is what was found, the second what a person says.
    """
    right = sum(len(set(found) & set(said)) for found, said in pairs)
    found, said = (sum(len(pair[n]) for pair in pairs) for n in (0, 1))
    precision, recall = right / found, right / said
    line = f"{what}: {len(pairs)}, precision {precision:.3f}, recall {recall:.3f}"
    return precision, recall, line
