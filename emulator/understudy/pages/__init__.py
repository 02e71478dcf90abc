"""People at a browser: the messenger that a snippet brings, a page that carries it, and the agent's desktop."""
