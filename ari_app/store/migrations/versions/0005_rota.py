"""rota"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SWAP_STATE = sa.Enum("asked", "accepted", "refused", name="swapstate", native_enum=False, length=32)
HANDSHAKE_STATE = sa.Enum("asked", "taken", "missed", name="handshakestate", native_enum=False, length=32)
LINK_PURPOSE = sa.Enum("calendar", "duty", name="linkpurpose", native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "engineer_phone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engineer_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("e164", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name=op.f("fk_engineer_phone_engineer_id_engineer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engineer_phone")),
        sa.UniqueConstraint("engineer_id", "place", name=op.f("uq_engineer_phone_engineer_id_place")),
    )
    op.create_table(
        "rotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("engineer_ids", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("hand_over_at", sa.Time(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.CheckConstraint("weeks >= 1", name=op.f("ck_rotation_has_weeks")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_rotation_has_a_position")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rotation")),
    )
    op.create_table(
        "duty_swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("return_position", sa.Integer(), nullable=True),
        sa.Column("return_starts_at", INSTANT, nullable=True),
        sa.Column("return_ends_at", INSTANT, nullable=True),
        sa.Column("state", SWAP_STATE, nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_by", sa.String(length=200), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["giver_id"], ["engineer.id"], name=op.f("fk_duty_swap_giver_id_engineer")),
        sa.ForeignKeyConstraint(["taker_id"], ["engineer.id"], name=op.f("fk_duty_swap_taker_id_engineer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_swap")),
    )
    op.create_table(
        "duty_handshake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engineer_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", HANDSHAKE_STATE, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("taken_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name=op.f("fk_duty_handshake_engineer_id_engineer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_handshake")),
        sa.UniqueConstraint("engineer_id", "starts_at", name=op.f("uq_duty_handshake_engineer_id_starts_at")),
    )
    op.create_index(op.f("ix_duty_handshake_ends_at_starts_at"), "duty_handshake", ["ends_at", "starts_at"])
    op.create_table(
        "rota_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", LINK_PURPOSE, nullable=False),
        sa.Column("engineer_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name=op.f("fk_rota_link_engineer_id_engineer")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_rota_link")),
    )
    op.create_index(op.f("ix_rota_link_engineer_id"), "rota_link", ["engineer_id"])
    op.create_table(
        "rota_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_change")),
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("ticket_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM outbox WHERE ticket_id IS NULL")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("ticket_id", existing_type=sa.Integer(), nullable=False)
    for table in ("rota_change", "rota_link", "duty_handshake", "duty_swap", "rotation", "engineer_phone"):
        op.drop_table(table)
