"""what the review inbox asks: open tickets, decisions of today, and the last one of somebody"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_ticket_state", "ticket", ["state"])
    op.create_index("ix_decision_what_at", "decision", ["what", "at"])
    op.create_index("ix_decision_what_actor", "decision", ["what", "actor", "id"])


def downgrade() -> None:
    op.drop_index("ix_decision_what_actor", "decision")
    op.drop_index("ix_decision_what_at", "decision")
    op.drop_index("ix_ticket_state", "ticket")
