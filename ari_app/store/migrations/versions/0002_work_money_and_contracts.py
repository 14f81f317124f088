"""work, money and contracts"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: For contracts from before these columns: a person fills in the real one.
UNKNOWN = "niet vastgelegd"


def upgrade() -> None:
    op.create_table(
        "exclusion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("number", "contact", "organisation", name="exclusionscope", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=16), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=200), nullable=False),
        sa.Column("why_lifted", sa.String(), nullable=False),
        sa.CheckConstraint(
            "number IS NOT NULL OR customer_id IS NOT NULL", name=op.f("ck_exclusion_is_about_somebody")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_exclusion_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusion")),
    )
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exclusion_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exclusion_number"), ["number"], unique=False)

    op.create_table(
        "buy_out_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("users", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_buy_out_offer_contract_id_contract")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buy_out_offer")),
    )
    with op.batch_alter_table("buy_out_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_buy_out_offer_contract_id"), ["contract_id"], unique=False)

    op.create_table(
        "contract_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_decision_contract_id_contract")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_decision")),
    )
    with op.batch_alter_table("contract_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_decision_contract_id"), ["contract_id"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column(
            "approver",
            sa.Enum("customer", "provider", "override", name="approver", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("how", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_approval_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "cost_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("engineer_id", sa.Integer(), nullable=False),
        sa.Column(
            "activity",
            sa.Enum(
                "hosted_management",
                "incident_management",
                "problem_management",
                "technical_management",
                "remote_support",
                "on_site_support",
                "calamity_service",
                "voice_prompts",
                "configuration_change",
                "travel",
                "other",
                name="activity",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worked_seconds", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("charged_units", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name=op.f("fk_cost_line_engineer_id_engineer")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_cost_line_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_line")),
    )
    with op.batch_alter_table("cost_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cost_line_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_decision_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decision_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.String(length=200), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("allowed_by_engineer", sa.String(length=200), nullable=False),
        sa.Column("allowed_by_customer", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_task_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "time_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("engineer_id", sa.Integer(), nullable=False),
        sa.Column(
            "activity",
            sa.Enum(
                "hosted_management",
                "incident_management",
                "problem_management",
                "technical_management",
                "remote_support",
                "on_site_support",
                "calamity_service",
                "voice_prompts",
                "configuration_change",
                "travel",
                "other",
                name="activity",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_injudicious", sa.Boolean(), nullable=False),
        sa.Column("is_intermediary_call", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ended_at > began_at", name=op.f("ck_time_entry_has_length")),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name=op.f("fk_time_entry_engineer_id_engineer")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_time_entry_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_entry")),
    )
    with op.batch_alter_table("time_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_time_entry_activity_began_at"), ["activity", "began_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_time_entry_engineer_id"), ["engineer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_time_entry_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("engineer_id", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("travel_seconds", sa.Integer(), nullable=True),
        sa.Column("why_no_travel", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name=op.f("fk_visit_engineer_id_engineer")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_visit_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_engineer_id"), ["engineer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("new_event_id", sa.Integer(), nullable=True),
        sa.Column("time_entry_id", sa.Integer(), nullable=True),
        sa.Column("new_time_entry_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(event_id IS NULL) <> (time_entry_id IS NULL)", name=op.f("ck_correction_corrects_one_thing")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["ticket_event.id"], name=op.f("fk_correction_event_id_ticket_event")),
        sa.ForeignKeyConstraint(
            ["new_event_id"], ["ticket_event.id"], name=op.f("fk_correction_new_event_id_ticket_event")
        ),
        sa.ForeignKeyConstraint(
            ["new_time_entry_id"], ["time_entry.id"], name=op.f("fk_correction_new_time_entry_id_time_entry")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_correction_ticket_id_ticket")),
        sa.ForeignKeyConstraint(
            ["time_entry_id"], ["time_entry.id"], name=op.f("fk_correction_time_entry_id_time_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("event_id", name=op.f("uq_correction_event_id")),
        sa.UniqueConstraint("new_event_id", name=op.f("uq_correction_new_event_id")),
        sa.UniqueConstraint("new_time_entry_id", name=op.f("uq_correction_new_time_entry_id")),
        sa.UniqueConstraint("time_entry_id", name=op.f("uq_correction_time_entry_id")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_ticket_id"), ["ticket_id"], unique=False)

    with op.batch_alter_table("access_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("path", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("why", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=32), nullable=False, server_default="voip"))
        batch_op.add_column(
            sa.Column("framework_agreement", sa.String(length=64), nullable=False, server_default=UNKNOWN)
        )
        batch_op.add_column(sa.Column("period_months", sa.Integer(), nullable=False, server_default="12"))
        batch_op.add_column(sa.Column("renewal_months", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("paid_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("notice_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("level_0_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("why_level_0", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("users", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("price_per_user", sa.BigInteger(), nullable=True))
        batch_op.create_check_constraint("has_a_period", "period_months >= 1")

    # What was paid is known to be paid until today; what was not, is not. A person enters the real date.
    op.execute("UPDATE contract SET paid_until = coalesce(ends_on, current_date) WHERE NOT is_unpaid")
    op.execute(f"UPDATE contract SET terms_version = '{UNKNOWN}' WHERE terms_version = ''")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_column("is_unpaid")
        batch_op.drop_column("is_framework_agreement")
        batch_op.create_check_constraint("names_its_terms", "framework_agreement <> '' AND terms_version <> ''")

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contract_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("engineer_line", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("assignee_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "impediment",
                sa.Enum("none", "business", "company", name="impediment", native_enum=False, length=32),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("is_crucial_place", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("has_alternative", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("service_concerned", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("is_exception", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("is_caused_by_customer", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f("ix_ticket_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_contract_id"), ["contract_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_ticket_assignee_id_engineer"), "engineer", ["assignee_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_ticket_contract_id_contract"), "contract", ["contract_id"], ["id"])

    with op.batch_alter_table("ticket_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("why", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("moves_state", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    with op.batch_alter_table("ticket_event", schema=None) as batch_op:
        batch_op.drop_column("moves_state")
        batch_op.drop_column("why")

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ticket_contract_id_contract"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_ticket_assignee_id_engineer"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_ticket_contract_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_assignee_id"))
        batch_op.drop_column("is_caused_by_customer")
        batch_op.drop_column("is_exception")
        batch_op.drop_column("service_concerned")
        batch_op.drop_column("has_alternative")
        batch_op.drop_column("is_crucial_place")
        batch_op.drop_column("impediment")
        batch_op.drop_column("assignee_id")
        batch_op.drop_column("engineer_line")
        batch_op.drop_column("contract_id")

    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_framework_agreement", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("is_unpaid", sa.Boolean(), nullable=False, server_default=sa.false()))

    op.execute("UPDATE contract SET is_unpaid = paid_until IS NULL")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_constraint("names_its_terms", type_="check")
        batch_op.drop_constraint("has_a_period", type_="check")
        batch_op.drop_column("price_per_user")
        batch_op.drop_column("users")
        batch_op.drop_column("why_level_0")
        batch_op.drop_column("level_0_from")
        batch_op.drop_column("notice_on")
        batch_op.drop_column("paid_until")
        batch_op.drop_column("renewal_months")
        batch_op.drop_column("period_months")
        batch_op.drop_column("framework_agreement")
        batch_op.drop_column("kind")

    with op.batch_alter_table("access_entry", schema=None) as batch_op:
        batch_op.drop_column("why")
        batch_op.drop_column("path")

    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_ticket_id"))

    op.drop_table("correction")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_visit_engineer_id"))

    op.drop_table("visit")
    with op.batch_alter_table("time_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_time_entry_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_time_entry_engineer_id"))
        batch_op.drop_index(batch_op.f("ix_time_entry_activity_began_at"))

    op.drop_table("time_entry")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_ticket_id"))

    op.drop_table("task")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_ticket_id"))

    op.drop_table("decision")
    with op.batch_alter_table("cost_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cost_line_ticket_id"))

    op.drop_table("cost_line")
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_ticket_id"))

    op.drop_table("approval")
    op.drop_table("contract_decision")
    with op.batch_alter_table("buy_out_offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_buy_out_offer_contract_id"))

    op.drop_table("buy_out_offer")
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exclusion_number"))
        batch_op.drop_index(batch_op.f("ix_exclusion_customer_id"))

    op.drop_table("exclusion")
