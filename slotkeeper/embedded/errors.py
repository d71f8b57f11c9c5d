"""What can go wrong with the embedded PostgreSQL."""


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot be used. The text is one line for the operator."""
