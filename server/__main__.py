"""`python -m server` is the command `incamera`."""

from server.cli import main

main()
