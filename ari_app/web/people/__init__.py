"""The pages about accounts: one's own, and those of everybody."""
