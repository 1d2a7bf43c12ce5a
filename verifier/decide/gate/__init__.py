"""What a gate decides: arrival, judgement, plan, exit code, and what a person is told."""
