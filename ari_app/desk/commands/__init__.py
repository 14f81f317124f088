"""What people do with a ticket: each command is one function, run by `Desk.change` in one transaction.

All raise Refused with the condition and the rule when it can't be done now.
"""
