"""Files that people put with a ticket. The bytes lie in the attachments folder, under a name that tells nothing."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class AttachmentRow(SQLModel, table=True):
    """One file. Rows are only added."""

    __tablename__ = "attachment"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    #: As it was called by who added it; never used as a path.
    name: str = Field(max_length=200)
    #: What its content is, whatever its name says.
    media_type: str = Field(max_length=100)
    size: int
    #: Random; the name of the file in the attachments folder.
    stored: str = Field(max_length=64, unique=True)
    added_by: str = Field(max_length=200)
    added_at: datetime
