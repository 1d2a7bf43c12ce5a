"""A finished report leaves the house: surfaces of the job, and messages to people."""
