"""Conversations: participants, communications, messages, threading and wrap-up."""
