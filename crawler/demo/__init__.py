"""The practice newsroom's days played and shown: the machine whole, on a world whose truth is known."""
