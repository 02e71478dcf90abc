"""The Platform API: catalogue, routes, permissions, validation, and the engine that does the kinds."""
