"""What leaves the house: progress, a finished report on the surfaces of the job, messages."""
