"""Trigger-style webhooks: how a vendor without a socket learns that a conversation ended."""
