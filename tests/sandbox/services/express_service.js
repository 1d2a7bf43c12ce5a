// A service of Express as people write it by hand; its database is away where DATABASE is.
const http = require("node:http");
const express = require("express");

const app = express();
const connected = process.env.DATABASE === "there";

app.get("/api/health", (request, response) => {
  response
    .status(connected ? 200 : 503)
    .json({ ok: connected, uptime: process.uptime(), db: { connected } });
});

http.createServer(app).listen({ fd: Number(process.env.LISTENER) });
