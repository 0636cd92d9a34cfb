"""What a room raises when the user's own words cannot be used; every other error is ours and propagates."""


class ConfigurationError(Exception):
    """A setting, argument, query or file of the user's that cannot be used.

    The message is one plain sentence that names file, line and key where there are any, and what would be
    right. Commands print it and exit with 2; nothing has been requested or written by then.
    """
