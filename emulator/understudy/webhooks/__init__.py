"""Posting to a peer's webhook: the request as it goes over the wire, and the one recording seam of what goes out."""
