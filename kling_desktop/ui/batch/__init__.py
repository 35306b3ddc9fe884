"""Many clips at once: a table of what would be made, priced before anything is sent."""
