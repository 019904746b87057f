"""Plain HTTP: the page's files under a strict policy, uploads and downloads of ciphertext, health and metrics."""
