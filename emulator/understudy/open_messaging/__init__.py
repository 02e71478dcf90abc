"""Open Messaging: the vendor's own channel, inbound by the Platform API and outbound by a signed webhook."""
