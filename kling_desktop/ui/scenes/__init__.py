"""The effects, to be looked through."""
