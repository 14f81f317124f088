"""how far each sound is, older transcripts, workers, what retention took"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sound_job",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("haste", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_sound_job_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("kind", "row_id", name=op.f("pk_sound_job")),
    )
    op.create_index(op.f("ix_sound_job_ticket_id"), "sound_job", ["ticket_id"], unique=False)
    parked = sa.text("state = 'parked'")
    op.create_index("ix_sound_job_parked", "sound_job", ["changed_at"], sqlite_where=parked, postgresql_where=parked)
    op.create_table(
        "transcript_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voicemail_id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("transcript", sa.JSON(), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("proposal", sa.String(32), nullable=True),
        sa.Column("sure", sa.Float(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["voicemail_id"], ["voicemail.id"], name=op.f("fk_transcript_version_voicemail_id_voicemail")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_version")),
        sa.UniqueConstraint("voicemail_id", "attempt", name=op.f("uq_transcript_version_voicemail_id_attempt")),
    )
    op.create_table(
        "worker",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("host", sa.String(200), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    op.create_table(
        "erased",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_erased_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", "what", name=op.f("pk_erased")),
    )


def downgrade() -> None:
    for table in ("erased", "worker", "transcript_version"):
        op.drop_table(table)
    op.drop_index("ix_sound_job_parked", table_name="sound_job")
    op.drop_index(op.f("ix_sound_job_ticket_id"), table_name="sound_job")
    op.drop_table("sound_job")
