"""Rules: who may do what in a mediation, whose yes a release needs, what is kept and for how long.

The product decides no legal question: it enforces what was recorded and says why. Pure; only `load` reads files.
"""
