"""Notifications: channels, subscriptions, and one WebSocket per channel that tells what happens in an org."""
