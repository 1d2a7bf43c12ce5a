"""What is called on a table in `change_table` does what the operation of its own does."""

import pytest

from tests.database.breaking.test_whole_files import found_in
from tests.database.breaking.whole_files import Whole, rails

OLD = """
create table depots (id bigserial primary key, code text, constraint depots_code unique (code));
create table drivers (id bigserial primary key, depot_id bigint, name text, plan text not null default 'free');
create index on drivers (name);
"""
REQUIRED, DROPPED, CONSTRAINED = (
    {(kind, "drivers")} for kind in ("required", "dropped", "constrained")
)
#: What stands in the block of `change_table :drivers`, and what it breaks.
LINES = [
    ("t.change_null :name, false", REQUIRED),
    ("t.change_null :plan, true", set()),
    ("t.change_default :plan, nil", {("default-dropped", "drivers")}),
    ("t.change_default :plan, from: 'free', to: nil", {("default-dropped", "drivers")}),
    ("t.change_default :plan, 'paid'", set()),
    ("t.remove_references :depot", DROPPED),
    ("t.remove_belongs_to :depot, foreign_key: true", DROPPED),
    ("t.remove_columns :name, :plan", DROPPED),
    ("t.foreign_key :depots", CONSTRAINED),
    ("t.check_constraint \"name <> ''\", name: 'named'", CONSTRAINED),
    ("t.unique_constraint [:name], name: 'once'", CONSTRAINED),
    ("t.exclusion_constraint 'name with =', using: :gist, name: 'alone'", CONSTRAINED),
    ("t.tsvector :words, null: false", REQUIRED),
    ("t.daterange :season, null: false", REQUIRED),
    ("t.daterange :season", set()),
    ("t.vector :place, limit: 3, null: false, default: '[0,0,0]'", set()),
    ("t.index :plan", set()),
    ("t.index :name, unique: true", CONSTRAINED),
    ("t.remove_index :name", set()),
    ("t.rename_index 'a', 'b'", set()),
    ("t.remove_foreign_key :depots", set()),
    ("t.comment 'who drives'", set()),
    ("t.change_null column, false", {("unread", "")}),
    ("t.remove_references column", {("unread", "")}),
]


def broken(body):
    return found_in(Whole("", "rails", rails(f"  def change\n    {body}\n  end")), OLD)


@pytest.mark.parametrize(("line", "breaks"), LINES)
def test_a_line_of_change_table(line, breaks):
    assert broken(f"change_table :drivers do |t|\n      {line}\n    end") == breaks


@pytest.mark.parametrize(
    ("line", "breaks"),
    [
        ("add_unique_constraint :drivers, [:name], name: 'once'", CONSTRAINED),
        ("add_unique_constraint :drivers, columns, name: 'once'", {("unread", "")}),
        ("add_concurrent_index :drivers, :name, unique: true", CONSTRAINED),
        ("add_concurrent_index :drivers, :name", set()),
        ("remove_unique_constraint :depots, name: 'depots_code'", {("constrained", "depots")}),
        ("remove_check_constraint :drivers, name: 'named'", set()),
    ],
)
def test_a_rule_of_a_table(line, breaks):
    assert broken(line) == breaks
