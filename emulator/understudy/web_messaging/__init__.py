"""Web Messaging: guests of the messenger, their sockets and sessions, and what they ask over REST."""
