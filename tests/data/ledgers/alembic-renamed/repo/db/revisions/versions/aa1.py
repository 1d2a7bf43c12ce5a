from alembic import op

revision = "aa1"
down_revision = None


def upgrade():
    op.execute("create table t1 (id int)")
