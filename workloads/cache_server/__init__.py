"""A server that answers messages, remembers similar ones, and says no when it is full."""
