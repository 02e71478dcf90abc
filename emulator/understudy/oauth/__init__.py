"""OAuth: token requests, clients, regions."""
