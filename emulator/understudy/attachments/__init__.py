"""Attachments: media of conversations, announced over the Platform API and served by the emulator."""
