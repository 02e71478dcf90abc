"""Integrations of an org as configuration: types, installed ones, credentials, bots, speech engines, assistants."""
