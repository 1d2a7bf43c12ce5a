"""Models whose table is not called after them, over the whole history of an app of Django."""

import itertools

import pytest

from tests.database.breaking.test_whole_files import table_of
from tests.database.breaking.whole_files import Whole, django
from verifier.database.breaking_changes import breaking_changes, touched
from verifier.database.migration_reading import read_migration
from verifier.database.older_migrations import naming
from verifier.model.migration_ledger import Migration

FIELDS = "[('id', models.BigAutoField(primary_key=True)), ('a', models.IntegerField())]"
NEEDED = "models.IntegerField(default=0)"


def made(options="", name="Prop"):
    return f"migrations.CreateModel('{name}', {FIELDS}{options and f', options={{{options}}}'}),"


NAMED, PLAIN = made("'db_table': 'props'"), made()
APART = "migrations.SeparateDatabaseAndState(state_operations=[{}], database_operations=[{}]),"
TABLE = "migrations.AlterModelTable(name='prop', table={}),"
RENAME = "migrations.RenameModel(old_name='Prop', new_name='Thing'),"
ADD = f"migrations.AddField('{{}}', 'b', {NEEDED}),"
DELETE = "migrations.DeleteModel('{}'),"
UNMANAGED = made("'managed': False, 'db_table': 'props'")
MANAGED = "migrations.AlterModelOptions('prop', {'managed': True}),"
NAMES_ONLY = "migrations.AlterModelOptions(name='prop', options={'verbose_name': 'x'}),"

#: Files of the older code, those of the newer one, and what these break of which table.
HISTORIES = [
    ([PLAIN], [TABLE.format("'things'")], {"renamed shop_prop"}),
    ([NAMED], [TABLE.format("'things'")], {"renamed props"}),
    ([NAMED], [TABLE.format("'props'")], set()),
    ([NAMED], [TABLE.format("None")], {"renamed props"}),
    ([PLAIN], [TABLE.format("None")], set()),
    ([PLAIN], [TABLE.format("'shop_prop'")], set()),
    ([PLAIN], [RENAME], {"renamed shop_prop"}),
    ([NAMED], [RENAME], set()),
    ([PLAIN, TABLE.format("'props'")], [RENAME], set()),
    ([NAMED, TABLE.format("None")], [RENAME], {"renamed shop_prop"}),
    ([NAMED], [TABLE.format("'things'"), RENAME], {"renamed props"}),
    ([NAMED], [TABLE.format("'things'") + RENAME], {"renamed props"}),
    ([NAMED], [RENAME, DELETE.format("Thing")], {"dropped props"}),
    ([NAMED, RENAME], [ADD.format("thing")], {"required props"}),
    ([NAMED], [ADD.format("prop")], {"required props"}),
    ([NAMED], [DELETE.format("Prop")], {"dropped props"}),
    ([NAMED, DELETE.format("Prop")], [PLAIN, ADD.format("prop")], set()),
    # What is new is nobody's yet, under whichever name.
    ([], [NAMED, ADD.format("prop")], set()),
    ([], [NAMED + ADD.format("prop")], set()),
    ([], [NAMED, RENAME, ADD.format("thing")], set()),
    ([], [made("'db_table': '\"shop\".\"props\"'"), ADD.format("prop")], set()),
    # What only the state knows: a model that another app had before.
    ([APART.format(NAMED, "")], [ADD.format("prop")], {"required props"}),
    ([PLAIN], [APART.format(RENAME, TABLE.format("'shop_thing'"))], {"renamed shop_prop"}),
    ([NAMED], [APART.format(RENAME, "")], set()),
    ([NAMED, APART.format(RENAME, "")], [ADD.format("thing")], {"required props"}),
    ([NAMED], [APART.format(DELETE.format("Prop"), "")], set()),
    # Without a table of its own.
    ([made("'managed': False")], [ADD.format("prop")], set()),
    ([UNMANAGED], [ADD.format("prop")], set()),
    ([UNMANAGED, MANAGED], [ADD.format("prop")], {"required props"}),
    ([UNMANAGED], [MANAGED + ADD.format("prop")], {"required props"}),
    ([UNMANAGED, NAMES_ONLY], [ADD.format("prop")], {"required props"}),
    (
        [UNMANAGED, RENAME, MANAGED.replace("prop", "thing")],
        [ADD.format("thing")],
        {"required props"},
    ),
    ([made("'managed': False"), MANAGED], [ADD.format("prop")], {"required shop_prop"}),
    ([NAMED, MANAGED.replace("True", "False")], [ADD.format("prop")], set()),
    ([NAMED, MANAGED.replace("True", "False"), MANAGED], [ADD.format("prop")], {"required props"}),
    ([NAMED, NAMES_ONLY], [ADD.format("prop")], {"required props"}),
    ([made("'proxy': True")], [NAMES_ONLY + DELETE.format("Prop")], set()),
    ([made("'managed': False, 'db_table': 'props'")], [DELETE.format("Prop")], set()),
    ([made("'proxy': True")], [DELETE.format("Prop")], set()),
    ([made("'proxy': True")], [RENAME], set()),
    ([made("'managed': True")], [ADD.format("prop")], {"required shop_prop"}),
]


#: A model whose field `n` has a column of its own name, and `w` and `owner` that after them.
FIELDS_NAMED = (
    "migrations.CreateModel('Prop', [('n', models.IntegerField(null=True, db_column='num')),"
    " ('w', models.IntegerField(null=True)), ('owner', models.ForeignKey('auth.User', null=True))]),"
)
ALTER = "migrations.AlterField('prop', '{}', models.IntegerField(null=True{})),"
FIELD = "migrations.RenameField('prop', '{}', '{}'),"
FILLED = "migrations.AddField('prop', 'c', models.IntegerField(db_default=3)),"
NUMBER = "migrations.AlterField('prop', 'c', models.IntegerField({})),"
#: Files of the older code, those of the newer one, and the columns that these break.
COLUMNS = [
    ([FIELDS_NAMED], [FIELD.format("n", "m")], set()),
    ([FIELDS_NAMED], [FIELD.format("n", "m"), FIELD.format("m", "k")], set()),
    ([FIELDS_NAMED], [FIELD.format("w", "weight")], {"renamed w"}),
    ([FIELDS_NAMED], [ALTER.format("n", ", db_column='num'")], set()),
    ([FIELDS_NAMED], [ALTER.format("n", "")], {"renamed num"}),
    ([FIELDS_NAMED], [ALTER.format("w", ", db_column='weight'")], {"renamed w"}),
    ([FIELDS_NAMED], [ALTER.format("w", ", db_column='w'")], set()),
    ([FIELDS_NAMED, ALTER.format("w", ", db_column='w'")], [FIELD.format("w", "weight")], set()),
    ([FIELDS_NAMED, ALTER.format("w", ", db_column='w'")], [ALTER.format("w", "")], set()),
    ([FIELDS_NAMED], ["migrations.RemoveField('prop', 'n'),"], {"dropped num"}),
    ([FIELDS_NAMED], [FIELD.format("n", "m"), "migrations.RemoveField('prop', 'm'),"], {"dropped num"}),
    ([FIELDS_NAMED], ["migrations.RemoveField('prop', 'w'),"], {"dropped w"}),
    ([FIELDS_NAMED, RENAME], [FIELD.format("n", "m").replace("prop", "thing")], set()),
    ([FIELDS_NAMED, DELETE.format("Prop"), made()], [ALTER.format("n", ", db_column='m'")], {"retyped m"}),
    ([FIELDS_NAMED], [FIELD.format("w", "x") + ALTER.format("x", ", db_column='w'")], set()),
    ([FIELDS_NAMED], [FIELD.format("w", "x"), ALTER.format("x", ", db_column='w'")], set()),
    # A default that the database has and that is taken away.
    ([PLAIN, FILLED], [NUMBER.format("")], {"default-dropped c"}),
    ([PLAIN, FILLED], [NUMBER.format("default=3")], {"default-dropped c"}),
    ([PLAIN, FILLED], [NUMBER.format("db_default=4")], set()),
    ([PLAIN, FILLED], [NUMBER.format("null=True")], set()),
    ([PLAIN, FILLED], [NUMBER.format(""), NUMBER.format("db_default=3")], set()),
    ([PLAIN, FILLED, NUMBER.format("")], [NUMBER.format("help_text='x'")], set()),
    ([PLAIN, FILLED.replace("db_default=3", "default=3")], [NUMBER.format("")], set()),
    ([PLAIN, FILLED.replace("db_default=3", "null=True"), NUMBER.format("null=True, db_default=3")], [NUMBER.format("null=True")], set()),
    ([NAMED, FILLED], [RENAME + NUMBER.format("").replace("prop", "thing")], {"default-dropped c"}),
    ([PLAIN, FILLED, FIELD.format("c", "d")], [NUMBER.format("").replace("'c'", "'d'")], {"default-dropped d"}),
]  # fmt: skip


def read(version, operations):
    migration = Migration(version, file=Whole("", "django", "").file, group="shop")
    return read_migration("django", migration, django(operations).encode())


def told(older, newer):
    return {f"{change.kind} {table_of(change)}" for change in changes(older, newer)}


def changes(older, newer):
    files = {str(at): text for at, text in enumerate(older)}
    steps = {f"n{at}": read(f"n{at}", text) for at, text in enumerate(newer)}
    about = touched(steps)
    chosen = naming(about, {at: text.lower().encode() for at, text in files.items()})
    before = [read(at, text) for at, text in files.items() if at in chosen]
    return breaking_changes(steps, before) if about.changes or about.asked else ()


@pytest.mark.parametrize(("older", "newer", "breaks"), HISTORIES)
def test_what_is_told_is_about_the_table_that_the_model_has(older, newer, breaks):
    assert told(older, newer) == breaks


@pytest.mark.parametrize(("older", "newer", "breaks"), COLUMNS)
def test_what_is_told_is_about_the_column_that_the_field_has(older, newer, breaks):
    assert {f"{each.kind} {each.name}" for each in changes(older, newer)} == breaks


def test_a_model_is_followed_through_all_its_names():
    names = ["Prop", "Thing", "Item", "Piece"]
    renames = [
        f"migrations.RenameModel(old_name='{old}', new_name='{new}'),"
        for old, new in itertools.pairwise(names)
    ]

    assert told([NAMED, *renames], [TABLE.replace("prop", "piece").format("'parts'")]) == {
        "renamed props"
    }


def test_all_rows_are_deleted_of_the_table_that_the_model_has():
    function = "def forwards(apps, _):\n    apps.get_model('shop', 'Prop').objects.all().delete()\n"
    text = function + django("migrations.RunPython(forwards),")
    migration = Migration("2", file="m/2.py", group="shop")

    found = breaking_changes(
        {"2": read_migration("django", migration, text.encode())}, [read("1", NAMED)]
    )

    assert [(str(change.kind), change.owner or change.name) for change in found] == [
        ("emptied", "props")
    ]
