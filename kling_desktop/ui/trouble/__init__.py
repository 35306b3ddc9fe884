"""When something breaks: a calm word, and a report that shows what is in it."""
