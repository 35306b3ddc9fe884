"""The wire: fal's queue, storage and media over httpx; the key stays with the backend's origins."""
