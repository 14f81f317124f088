"""What Asterisk does by itself while our service or the database is away: the plan it follows."""
