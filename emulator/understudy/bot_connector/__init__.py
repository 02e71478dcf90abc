"""Bot Connector: Genesys calls a vendor's bot, by the legacy contract (v1) and by the digital one (v2)."""
