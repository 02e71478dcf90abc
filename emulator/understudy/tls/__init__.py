"""TLS: a certificate authority of the user's own, and the certificate of the emulator for all of Genesys' hosts."""
