"""Messenger configurations and deployments of an org, and what guests may do with them over the Platform API."""
