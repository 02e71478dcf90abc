"""What every reference endpoint needs, whichever vendor it stands in for.

``program`` starts and stops, ``settings`` reads the environment, ``faults`` is the form of a table of faults,
``server`` takes requests, ``genesys`` makes them, ``subscriptions`` keeps a notification socket, ``lanes`` do work
later in order, ``journal`` logs, ``values`` reads JSON whose types nobody promised.
"""
