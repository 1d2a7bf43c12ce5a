"""Checks and unique indexes of some rows in place of others, judged by hand."""

from tests.database.breaking.breaking_sql import Row

TABLE = "create table t (a int, b text, c int unique, d varchar(9), e int not null default 1);"


def again(before, now, *, breaks=False, statement=""):
    """A check in place of another one of its name."""
    old = f"{TABLE} alter table t add constraint k check ({before})"
    new = f"alter table t drop constraint k, add constraint k check ({now})"
    return Row(new, (("constrained", "t.k"),) if breaks else (), old, statement)


def beside(before, now, *, breaks=False, statement=""):
    """A unique index beside another one."""
    new = f"create unique index j on t {now}"
    return Row(
        new,
        (("constrained", "t.j"),) if breaks else (),
        f"{TABLE} create unique index i on t {before}",
        statement,
    )


def untyped(check, *, breaks=False, statement=""):
    """A column without a length, and a check in its place."""
    new = f"alter table t alter column d type text; alter table t add constraint k check ({check})"
    return Row(new, (("constrained", "t.k"),) if breaks else (), TABLE, statement)


CONDITIONS = [
    untyped("char_length(d) <= 9"),
    untyped("length(d) < 10"),
    untyped("d is null or length(d) <= 9"),
    untyped("character_length(d) <= 20"),
    untyped("char_length(d) <= 8", breaks=True, statement="insert into t (d) values ('123456789')"),
    untyped(
        "char_length(d) between 1 and 9", breaks=True, statement="insert into t (d) values ('')"
    ),
    untyped("octet_length(d) <= 9", breaks=True),
    untyped("char_length(b) <= 9", breaks=True),
    again("a >= 0", "a >= -10"),
    again("a >= 0", "a > 0", breaks=True, statement="insert into t (a) values (0)"),
    again("a > 0", "a >= 0"),
    again("a > 0", "0 < a"),
    again("a < 10", "a <= 10"),
    again("a <= 10", "a < 10", breaks=True, statement="insert into t (a) values (10)"),
    again("a between 1 and 5", "a between 0 and 9"),
    again(
        "a between 1 and 5",
        "a between 2 and 9",
        breaks=True,
        statement="insert into t (a) values (1)",
    ),
    again("b in ('x', 'y') and a > 0", "b in ('x', 'y', 'z')"),
    again(
        "b in ('x', 'y')",
        "b in ('x', 'y') and a > 0",
        breaks=True,
        statement="insert into t (a, b) values (-1, 'x')",
    ),
    again("b = 'x' or a > 5", "b = 'x' or a > 3"),
    again(
        "b = 'x' or a > 5",
        "b = 'x' or a > 7",
        breaks=True,
        statement="insert into t (a, b) values (6, 'y')",
    ),
    again("b = 'x'", "b in ('x', 'y')"),
    again("length(d) >= 2", "length(d) >= 1"),
    again("length(d) <= 5", "length(d) <= 9"),
    again(
        "length(d) <= 8",
        "length(d) <= 5",
        breaks=True,
        statement="insert into t (d) values ('123456')",
    ),
    beside("(a) where b is null", "(a) where b is null and c is null"),
    beside(
        "(a) where b is null and c is null",
        "(a) where b is null",
        breaks=True,
        statement="insert into t (a, c) values (1, 1), (1, 2)",
    ),
    beside("(a) where c > 0", "(a, b) where c > 5"),
    beside(
        "(a, lower(b)) where c > 0",
        "(a, d) where c > 5",
        breaks=True,
        statement="insert into t (a, b, c, d) values (1, 'x', 8, 'd'), (1, 'y', 9, 'd')",
    ),
    beside("(lower(b)) where c > 0", "(lower(b)) where c > 0 and a > 0"),
]
