"""The page of settings: made from the table, searched, and applied at once."""
