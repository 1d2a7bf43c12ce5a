"""Whole files in the styles of public projects, each as a person judged it beforehand."""

import pytest

from tests.database.breaking.breaking_code import FRAMES
from tests.database.breaking.figures import precision_and_recall
from tests.database.breaking.invoices_files import IN_CODE, IN_SQL, INVOICES
from tests.database.breaking.later_files import LATER
from tests.database.breaking.strangers_files import STRANGE
from tests.database.breaking.whole_files import OLD, WHOLE, Whole, django
from verifier.database.breaking_changes import breaking_changes
from verifier.database.migration_reading import read_migration
from verifier.model.breaking_change import ChangeKind
from verifier.model.migration_ledger import Migration

ALL = [*WHOLE, *LATER, *STRANGE]


def found_in(whole, old=OLD):
    """Pairs of kind and table, or object; a view or function is its own."""
    older = [read_migration("supabase", Migration("1", file="1.sql"), old.encode())]
    migration = Migration("2", file=whole.file, group="shop")
    newer = {"2": read_migration(whole.tool, migration, whole.text.encode())}
    found = breaking_changes(newer, older)
    return {(str(each.kind), table_of(each)) for each in found}


def table_of(change):
    """The owner of what was revoked is who had it."""
    return change.name if change.kind is ChangeKind.REVOKED else change.owner or change.name


@pytest.mark.parametrize("whole", ALL, ids=lambda whole: whole.title)
def test_a_whole_file_breaks_what_a_person_says(whole):
    assert found_in(whole) == set(whole.breaks)


def framed(tool, body):
    return Whole("", tool, FRAMES[tool][1].format(body))


@pytest.mark.parametrize(
    ("digits", "breaks"), [(6, {("retyped", "shop_order")}), (8, set()), (12, set())]
)
def test_a_decimal_of_django_is_compared_by_its_digits(digits, breaks):
    field = f"models.DecimalField(max_digits={digits}, decimal_places=2, null=True)"
    whole = Whole(
        "", "django", django(f"        migrations.AlterField('order', 'total', {field}),")
    )

    assert found_in(whole, "create table shop_order (id int, total numeric(8,2))") == breaks


INVOICED = [
    *((Whole("", tool, text), said) for tool, text, said in IN_SQL),
    *((framed(tool, body), said) for tool, body, said in IN_CODE),
]


@pytest.mark.parametrize(("whole", "said"), INVOICED, ids=range(len(INVOICED)))
def test_a_migration_of_the_invoices_breaks_what_a_person_says(whole, said):
    found = {" ".join(each).strip() for each in found_in(whole, INVOICES)}

    assert found == set(said.split(", ")) - {""}


def test_precision_and_recall_in_whole_files(capsys):
    pairs = [(found_in(whole), set(whole.breaks)) for whole in ALL]
    precision, recall, line = precision_and_recall("whole migrations", pairs)
    with capsys.disabled():
        print(f"\n{line}")  # noqa: T201

    assert (precision >= 0.98, recall >= 0.98) == (True, True)


def test_kinds_are_those_that_there_are():
    assert {kind for whole in ALL for kind, _ in whole.breaks} <= {str(k) for k in ChangeKind}
