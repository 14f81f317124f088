"""Work beside the calls: the ticks, and the worker that turns voicemails into text."""
