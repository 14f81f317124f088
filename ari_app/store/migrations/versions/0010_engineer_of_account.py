"""engineer of an account"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("engineer_id", sa.Integer(), nullable=True))
        account.create_foreign_key(op.f("fk_account_engineer_id_engineer"), "engineer", ["engineer_id"], ["id"])
        account.create_unique_constraint(op.f("uq_account_engineer_id"), ["engineer_id"])


def downgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.drop_constraint(op.f("uq_account_engineer_id"), type_="unique")
        account.drop_constraint(op.f("fk_account_engineer_id_engineer"), type_="foreignkey")
        account.drop_column("engineer_id")
