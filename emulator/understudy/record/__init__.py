"""The one record of a run: messages, notes, tracks."""
