"""The verifier: reopens a finished file with its own code and other engines, and looks for what must not be there.

It shares no code with the redactor, believes nothing about how the file was made, and works on any tool's output.
A hit blocks; so does every place that could not be looked at.
"""

from redaction.verify.hunt import Hit, Hunt, Verdict
from redaction.verify.look import verify

__all__ = ["Hit", "Hunt", "Verdict", "verify"]
