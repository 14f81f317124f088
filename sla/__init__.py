"""The agreement as code: hours, clocks, tickets, money, terms. Values and functions; `now` is always an argument."""
