"""Money: what was spent, what may be, and what nobody knows yet."""
