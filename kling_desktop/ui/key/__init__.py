"""The window about the API key."""
