"""The clip: it loops as soon as it is on disk."""
