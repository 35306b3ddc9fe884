"""What to put right before money is spent, as the window says it."""
