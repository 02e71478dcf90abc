"""What Genesys knows: orgs, their configuration and live objects, changes, effects and due intervals."""
