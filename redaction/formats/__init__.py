"""Document formats: read() turns untrusted bytes into words with places, apply() writes new bytes that hold nothing else.

Every format keeps the same promise: the output is built anew from what a reader can see. Nothing of the source
file is copied over, so whatever was hidden in it has no way into the output.
"""
