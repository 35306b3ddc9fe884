"""The canvas of the motion brush."""
