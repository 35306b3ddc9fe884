"""What people may set: one table that describes every item, and one frozen value that holds them."""
