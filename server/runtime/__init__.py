"""One writer per mediation: inbox, load, decide, commit, then tell."""
