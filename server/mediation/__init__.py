"""The pure core of a mediation: a fold over events, decisions as values, and one place that says who learns what."""
