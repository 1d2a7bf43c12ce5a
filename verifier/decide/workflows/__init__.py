"""What GitHub makes of workflow files: expressions, matrices, names, conditions. All pure."""
