"""Questions that customers asked the knowledge base

Revision: 0003, after: 0002.
"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("article", sa.String(length=200), nullable=True),
        sa.Column("browsed", sa.Boolean(), nullable=False),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.Column("asked_at", bot.store.schema.UtcDateTime(timezone=True), nullable=False),
        sa.Column("at", bot.store.schema.UtcDateTime(timezone=True), nullable=False),
        sa.Column("review", sa.String(length=16), nullable=True),
        sa.Column("reviewed_at", bot.store.schema.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_questions_conversation_id")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name=op.f("pk_questions")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questions_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(
            "ix_questions_open",
            ["lang", "asked_at"],
            unique=False,
            sqlite_where=sa.text("review IS NULL"),
            postgresql_where=sa.text("review IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_questions_open",
            sqlite_where=sa.text("review IS NULL"),
            postgresql_where=sa.text("review IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_questions_asked_at"))
    op.drop_table("questions")
