"""A long history of migrations in the style of real ones: what one makes a later one may take away."""

import random

SCHEMAS = ("public", "billing", "Ops")


class History:
    """Draws migrations; `tables` are those that are there, by name as SQL writes it."""

    def __init__(self, seed):
        self._random = random.Random(seed)  # noqa: S311  a draw that repeats
        self._count = 0
        self.tables = {}
        self.views = []
        self.functions = []
        self.indexes = []

    def draw(self):
        """Return the SQL of the next migration."""
        makers = [self._table, self._table, self._column, self._column, self._index, self._index]
        makers += [self._view, self._function, self._enum, self._policy, self._trigger]
        makers += [self._drop_column, self._rename_column, self._rename_table, self._drop_table]
        makers += [self._move, self._guarded, self._dynamic, self._data, self._partitions]
        makers += [self._drop_index, self._replace_function, self._materialized, self._temporary]
        makers += [self._like, self._constraint, self._drop_view, self._rename_index]
        maker = self._random.choice(makers) if self.tables else self._table
        return maker() or self._table()

    def _new(self, prefix):
        self._count += 1
        name = f"{prefix}_{self._count}"
        return self._random.choice((name, name, name.upper(), f'"{prefix.title()}{self._count}"'))

    def _any(self):
        return self._random.choice(sorted(self.tables))

    def _table(self):
        schema = self._random.choice(("", "", "", "billing.", '"Ops".'))
        name = schema + self._new("orders")
        self.tables[name] = ["id", "name"]
        known = [t for t in self.tables if t != name]
        other = self._random.choice(known) if known else ""
        key = (
            f",\n  parent_id bigint references {other} (id)"
            if other and self._count % 3 == 0
            else ""
        )
        exists = self._random.choice(("", "", "if not exists "))
        return (
            f"-- a table\ncreate table {exists}{name} (\n  id bigint generated always as identity "
            f"primary key,\n  name text not null default ''{key}\n);"
        )

    def _column(self):
        table, name = self._any(), self._new("note")
        self.tables[table].append(name)
        kind = self._random.choice(("text", "int not null default 0", "timestamptz default now()"))
        return f"alter table {table} add column {self._random.choice(('', 'if not exists '))}{name} {kind};"

    def _index(self):
        table = self._any()
        schema = table.rpartition(".")[0]
        named = self._random.random() < 0.8
        name = self._new("idx") if named else ""
        if named:
            self.indexes.append(((f"{schema}." if schema else "") + name, table))
        unique = self._random.choice(("", "unique "))
        where = self._random.choice(("", " where name <> ''"))
        return f"create {unique}index {name} on {table} using btree (id, name){where};"

    def _view(self):
        name = self._new("report")
        self.views.append(name)
        return f"create or replace view {name} as select id, name from {self._any()};"

    def _materialized(self):
        return (
            f"create materialized view {self._new('totals')} as select count(*) from {self._any()};"
        )

    def _function(self):
        name = self._new("calc")
        self.functions.append(name)
        return f"create function {name}(a int) returns int language sql as $$ select a + 1; $$;"

    def _replace_function(self):
        if not self.functions:
            return ""
        name = self._random.choice(self.functions)
        return (
            f"drop function if exists {name}(int);\n"
            f"create function {name}(a int) returns int language sql as $body$ select a + 2; $body$;"
        )

    def _enum(self):
        name = self._new("state")
        return f"create type {name} as enum ('a', 'b');\nalter type {name} add value 'c';"

    def _policy(self):
        table = self._any()
        return (
            f"alter table {table} enable row level security;\n"
            f"create policy {self._new('reads')} on {table} for select using (true);"
        )

    def _trigger(self):
        function = self._new("touch")
        return (
            f"create function {function}() returns trigger language plpgsql as $$\n"
            f"begin\n  -- drop table nothing;\n  return new;\nend $$;\n"
            f"create trigger {self._new('touches')} before update on {self._any()}\n"
            f"for each row execute function {function}();"
        )

    def _drop_column(self):
        table = self._any()
        if len(self.tables[table]) < 3:
            return ""
        return f"alter table {table} drop column {self.tables[table].pop()} cascade;"

    def _rename_column(self):
        table = self._any()
        if len(self.tables[table]) < 3:
            return ""
        old, new = self.tables[table].pop(), self._new("renamed")
        self.tables[table].append(new)
        return f"alter table {table} rename column {old} to {new};"

    def _rename_table(self):
        table, new = self._any(), self._new("moved")
        schema = table.rpartition(".")[0]
        self._take(table, (f"{schema}." if schema else "") + new)
        return f"alter table {table} rename to {new};"

    def _move(self):
        table = self._any()
        name, schema = table.rpartition(".")[2], self._random.choice(("billing", '"Ops"'))
        if table.startswith(f"{schema}."):
            return ""
        self._take(table, f"{schema}.{name}")
        return f"alter table {table} set schema {schema};"

    def _take(self, old, new):
        self.tables[new] = self.tables.pop(old)
        self.indexes = [(i, t) for i, t in self.indexes if t != old]

    def _drop_table(self):
        if len(self.tables) < 8:
            return ""
        table = self._any()
        del self.tables[table]
        self.indexes = [(i, t) for i, t in self.indexes if t != table]
        return f"drop table {self._random.choice(('', 'if exists '))}{table} cascade;"

    def _drop_view(self):
        return f"drop view if exists {self.views.pop()} cascade;" if self.views else ""

    def _drop_index(self):
        return f"drop index if exists {self.indexes.pop()[0]};" if self.indexes else ""

    def _rename_index(self):
        if not self.indexes:
            return ""
        index, _ = self.indexes.pop()
        return f"alter index if exists {index} rename to {self._new('renamed_idx')};"

    def _guarded(self):
        table, name = self._any(), self._new("maybe")
        return (
            f"do $$ begin\n  if false then\n    alter table {table} add column {name} text;\n"
            "  end if;\nend $$;"
        )

    def _dynamic(self):
        return f"do $$ begin execute 'create table {self._new('made').strip(chr(34))}_x (id int)'; end $$;"

    def _data(self):
        return f"insert into {self._any()} (name) values ('create table no_such (id int);');"

    def _partitions(self):
        name = self._new("log")
        return (
            f"create table {name} (id bigint, at date not null) partition by range (at);\n"
            f"create table {self._new('log_part')} partition of {name}\n"
            "  for values from ('2026-01-01') to ('2027-01-01');"
        )

    def _temporary(self):
        name = self._new("scratch")
        return f"create temp table {name} as select 1 as id;\ndrop table {name};"

    def _like(self):
        return (
            f"create table {self._new('copy')} (like {self._any()} including all);\n"
            f"create table {self._new('taken')} as select * from {self._any()};"
        )

    def _constraint(self):
        return (
            f"alter table {self._any()} add constraint {self._new('ck')} check (name is not null);"
        )
