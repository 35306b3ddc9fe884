"""The local fal: a server that speaks the real protocol and renders real clips, free of charge."""
