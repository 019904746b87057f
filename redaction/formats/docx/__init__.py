"""Word documents: what is seen is read into a small model, and a new document is written from that model alone."""
