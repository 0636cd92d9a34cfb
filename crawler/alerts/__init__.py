"""An alert in, what became of it out: what is said (messages, letter), how (webhook, mail), when and again (policy)."""
