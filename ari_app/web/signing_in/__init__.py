"""Beneath the login: passwords, the register of accounts and the second factor. Knows no page."""
