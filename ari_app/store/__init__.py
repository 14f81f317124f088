"""Rows: the database of the line, SQLite or PostgreSQL. It knows nothing of calls in progress or of the agreement's clocks."""
