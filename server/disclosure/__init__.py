"""Opening what was kept: the gate (a key share that only refuses, waits, logs and dies), requests, and the sitting of the worker."""
