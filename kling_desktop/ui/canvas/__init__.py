"""The picture that a clip starts from."""
