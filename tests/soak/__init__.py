"""Many gates in a row on one sandbox, some of them killed: do they leak, are they ever wrong?"""
