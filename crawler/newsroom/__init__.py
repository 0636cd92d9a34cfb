"""The practice newsroom: made-up outlets on loopback addresses go in, a local news world with a known truth comes out."""
