"""A service that answers with recorded documents: ANSWERS is path -> [code, content type, body]."""

import json
import os
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = json.loads(os.environ["ANSWERS"])
NOT_FOUND = [404, "text/html", "<h1>Not Found</h1>"]


class Handler(BaseHTTPRequestHandler):
    """Answers GET."""

    def do_GET(self):
        """Answer as recorded."""
        code, kind, body = ANSWERS.get(self.path, NOT_FOUND)
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(code)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
server.socket = socket.socket(fileno=int(os.environ["LISTENER"]))
server.serve_forever()
