"""Real connections that want the same thing at the same time."""
