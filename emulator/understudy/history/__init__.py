"""What the org remembers, as reports ask for it: analytics, observations, recordings, transcripts and the audit trail.

Nothing here keeps a second log of conversations: documents are computed from ``org.conversations`` when they are asked
for, so what retention has forgotten (``conversations.retention``) is gone here too.
"""
