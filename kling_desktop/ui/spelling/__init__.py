"""Spelling in the prompt, where the system has a dictionary."""
