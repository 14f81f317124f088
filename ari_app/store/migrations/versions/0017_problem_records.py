"""which disturbances a problem record is about"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "problem_link",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_problem_link_ticket_id_ticket")),
        sa.ForeignKeyConstraint(["problem_id"], ["ticket.id"], name=op.f("fk_problem_link_problem_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_problem_link")),
    )
    op.create_index(op.f("ix_problem_link_problem_id"), "problem_link", ["problem_id"])


def downgrade() -> None:
    op.drop_table("problem_link")
