"""A service of FastAPI as people write it by hand; its database is away where DATABASE is."""

import os

import uvicorn
from fastapi import FastAPI

app = FastAPI()
DATABASE = "connected" if os.environ["DATABASE"] == "there" else "disconnected"


@app.get("/health")
def health():
    """Say that the process runs."""
    return {"status": "ok"}


@app.get("/health/deep")
def deep():
    """Say how what it needs is."""
    return {"status": "healthy", "checks": {"database": DATABASE, "stripe": "connected"}}


uvicorn.run(app, fd=int(os.environ["LISTENER"]), log_level="warning")
