"""The reference endpoint for PolyAI over Open Messaging (``polyai.py`` starts it).

A delivery's walk: ``server`` → ``webhook`` → ``inbox`` (what the user sees) → ``operations`` (receipts) → ``genesys``.
A user's walk: ``server`` → ``userside`` → ``channel`` → ``operations`` → ``genesys``.
"""
