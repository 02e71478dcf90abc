"""The messenger's guest socket: its frames, its session and the deployment's configuration. No driver yet."""
