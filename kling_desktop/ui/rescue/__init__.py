"""Bring back clips: requests of the account that no job here has, looked up and taken in."""
