"""What people may set: a table that describes every item, and a value that holds them."""
