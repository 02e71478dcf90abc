"""The Platform API's operations on conversations in every medium, one noun a module (facts: messaging §4, §5).

Agent actions take a client-credentials token too, where the permission is there: the emulator's agents are scripted and
have no desktop. A user's token acts for its user only.
"""
