"""What an audit asks: a file a kind of drift, called as the kind is, with its `QUESTION`."""
