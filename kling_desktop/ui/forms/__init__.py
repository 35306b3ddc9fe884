"""Forms made from the catalog: one row a field, one widget a kind."""
