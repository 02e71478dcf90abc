"""The directory: groups and their members, what users say of themselves, search, and the org's own settings."""
