"""The service desk: what becomes of a call, and what people see and do with its ticket."""

from ari_app.desk.desk import Desk

__all__ = ["Desk"]
