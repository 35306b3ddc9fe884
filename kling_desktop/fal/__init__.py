"""The wire: fal's queue, storage and media over httpx. The key never leaves the backend's origins."""
