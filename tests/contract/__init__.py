"""The HTTP contract: what callers may rely on, seen from outside."""
