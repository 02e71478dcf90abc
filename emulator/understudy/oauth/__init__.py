"""OAuth: the login service (grants, sign-in page, sessions), tokens, clients, scopes, regions."""
