"""The WebSocket: reading, writing, coming back."""
