"""keys, sound and calls back"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SOUND_KIND = sa.Enum("talk", "note", name="soundkind", native_enum=False, length=32)
CALL_BACK_STATE = sa.Enum("asked", "taken", "talked", "not_reached", name="callbackstate", native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "keyed_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("engineer_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("refused", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_keyed_in_ticket_id_ticket")),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name=op.f("fk_keyed_in_engineer_id_engineer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyed_in")),
    )
    op.create_index(op.f("ix_keyed_in_ticket_id"), "keyed_in", ["ticket_id"])
    _waiting("ix_keyed_in_waiting", "keyed_in", "done_at IS NULL")
    op.create_table(
        "call_sound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("kind", SOUND_KIND, nullable=False),
        sa.Column("recording", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_call_sound_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_sound")),
        sa.UniqueConstraint("recording", name=op.f("uq_call_sound_recording")),
    )
    op.create_index(op.f("ix_call_sound_ticket_id"), "call_sound", ["ticket_id"])
    op.create_table(
        "call_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("state", CALL_BACK_STATE, nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_call_back_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
    )
    op.create_index(op.f("ix_call_back_ticket_id"), "call_back", ["ticket_id"])
    _waiting("ix_call_back_waiting", "call_back", "taken_at IS NULL")


def downgrade() -> None:
    for table in ("call_back", "call_sound", "keyed_in"):
        op.drop_table(table)


def _waiting(name: str, table: str, condition: str) -> None:
    op.create_index(name, table, ["id"], sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
