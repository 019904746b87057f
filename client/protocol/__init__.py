"""The wire protocol, defined once: every message, its limits and its errors.

`messages` holds the structs; `docs/PROTOCOL.md`, the JSON Schema and the page's `.d.ts` are generated from them.
"""
