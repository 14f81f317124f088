"""The line calls its own number through the carrier, as a customer would, and finds out whether everything works."""
