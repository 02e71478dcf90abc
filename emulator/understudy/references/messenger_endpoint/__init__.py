"""An independent messenger client, leaf package: guests with a socket each, and a door by which a suite plays them.

Sources: Genesys' guest protocol as its public clients speak it (facts: messaging §2). It imports only its own files,
``vendor_side`` and urllib3, websockets.
"""
