"""Sending: one file for each kind of channel. Who is told what, and when again, is the desk's."""
