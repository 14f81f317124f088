"""proposals of exclusion that a supervisor declined"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exclusion_declined",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("number", "contact", "organisation", name="exclusionscope", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=16), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("tickets", sa.JSON(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("declined_by", sa.String(length=200), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint(
            "number IS NOT NULL OR customer_id IS NOT NULL", name=op.f("ck_exclusion_declined_is_about_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_exclusion_declined_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion_declined")),
    )


def downgrade() -> None:
    op.drop_table("exclusion_declined")
