"""``understudy verify``: an emulator, endpoints, a pytest child, and a report."""
