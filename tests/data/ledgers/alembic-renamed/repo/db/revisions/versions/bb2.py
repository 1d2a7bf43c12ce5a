from alembic import op

revision = "bb2"
down_revision = "aa1"


def upgrade():
    op.execute("create table t2 (id int)")
