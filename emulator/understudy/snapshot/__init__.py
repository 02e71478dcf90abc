"""Snapshots: all that is configured in an org as one document, and an org made anew from one or from its org file."""
