"""Tools: pure states between pointer events. None of them knows a window."""
