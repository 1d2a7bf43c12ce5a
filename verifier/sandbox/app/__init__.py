"""The example application: one image, three services, told apart by RUN_MODE."""
