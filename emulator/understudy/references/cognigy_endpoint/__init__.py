"""The reference endpoint for Cognigy behind a Genesys Bot Connector (``cognigy.py`` starts it).

A turn's walk: ``endpoint`` → ``credentials`` → ``turn`` (read and judged) → ``sessions`` → ``dialogue`` (the bot; its
words stand in ``words``, its intents in ``bots``) → ``answers`` (v1's and v2's form), or ``later`` for v2's replies by
the Platform API. Beside it ``copilot`` follows the conversation by notifications, with ``account``'s OAuth client.
"""
