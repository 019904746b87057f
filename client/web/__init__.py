"""The page: browser modules as they run, vendored packages with a lock of hashes, and the import map that pins them."""
