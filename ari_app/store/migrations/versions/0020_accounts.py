"""accounts: disabled, a second factor, logins elsewhere, tries; sessions that wait for a code"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NO = sa.false()


def upgrade() -> None:
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("is_disabled", sa.Boolean(), nullable=False, server_default=NO))
        account.add_column(sa.Column("totp_secret", sa.String(length=64), nullable=True))
        account.add_column(sa.Column("totp_since", INSTANT, nullable=True))
        account.add_column(sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"))
        account.add_column(sa.Column("keys_off", sa.Boolean(), nullable=False, server_default=NO))
        account.add_column(sa.Column("logged_in_at", INSTANT, nullable=True))
        account.add_column(sa.Column("outside_id", sa.String(length=400), nullable=True))
        account.create_unique_constraint(op.f("uq_account_outside_id"), ["outside_id"])
    with op.batch_alter_table("web_session") as session:
        session.add_column(sa.Column("waits_for_code", sa.Boolean(), nullable=False, server_default=NO))
        session.add_column(sa.Column("origin", sa.String(length=100), nullable=False, server_default=""))
        session.add_column(sa.Column("browser", sa.String(length=200), nullable=False, server_default=""))
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("account_id", "code_hash", name=op.f("uq_recovery_code_account_id_code_hash")),
    )
    op.create_table(
        "login_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_try")),
    )
    op.create_index(op.f("ix_login_try_key_hash"), "login_try", ["key_hash"])
    op.create_index(op.f("ix_login_try_at"), "login_try", ["at"])
    op.create_table(
        "outside_login",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=100), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_outside_login")),
    )
    op.create_index(op.f("ix_outside_login_expires_at"), "outside_login", ["expires_at"])


def downgrade() -> None:
    op.drop_table("outside_login")
    op.drop_table("login_try")
    op.drop_table("recovery_code")
    with op.batch_alter_table("web_session") as session:
        for column in ("browser", "origin", "waits_for_code"):
            session.drop_column(column)
    with op.batch_alter_table("account") as account:
        account.drop_constraint(op.f("uq_account_outside_id"), type_="unique")
        for column in (
            "outside_id",
            "logged_in_at",
            "keys_off",
            "totp_step",
            "totp_since",
            "totp_secret",
            "is_disabled",
        ):
            account.drop_column(column)
