"""Who is told what, by which channel, and who comes next. What must be told stands in the outbox; sending is `notify`."""
