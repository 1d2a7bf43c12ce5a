"""Where bytes of strangers come in, and where a secret could go out."""
