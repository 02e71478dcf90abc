"""Messenger configurations and deployments of an org, what their pages load, what guests ask over the Platform API."""
