"""The generator of the key vectors."""
