"""The window in which one priced clip shows where y counts from."""
