"""`.github/verifier.yml` and the environment into one checked `Settings`."""
