"""Project files in the window: opened, saved, kept as the work goes on, and brought back."""
