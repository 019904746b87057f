"""What outlives a restart: events, accounts, vaults, uploads. Ciphertext, public keys and ids only."""
