"""The command ``understudy``: ``program.py`` has the entry point and the list of commands, a module each group of them.

Commands import what they run when they run it: ``--help`` and ``suites`` should not pay for an HTTP server.
"""

from understudy.cli.program import main as main
