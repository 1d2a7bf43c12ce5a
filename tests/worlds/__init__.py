"""Random worlds: a local Railway where anything may go wrong, and the truth about each is known."""
