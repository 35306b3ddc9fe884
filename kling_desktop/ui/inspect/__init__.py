"""What will be sent, or was, down to the byte."""
