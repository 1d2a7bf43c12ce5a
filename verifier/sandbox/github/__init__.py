"""The sandbox's GitHub: what gates keep there, and what audits see."""
