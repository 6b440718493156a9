"""A mirror on the loopback interface that misbehaves on demand, for the tests of downloading.

Usage: mirror.py LOG
Serves one gzip file under every name. The first part of the address says how:
  ok       whole files and ranges
  missing  404
  wrong    other bytes
  cut      closes the connection half-way unless a range is asked for
  stuck    closes the connection without a byte of the file, always
Prints 'PORT SHA256 SIZE MD5 SIZE' (of the decompressed and of the compressed file) and appends 'PATH RANGE' per request to LOG.
Ends by itself after 60 seconds.
"""

import gzip
import hashlib
import http.server
import random
import signal
import sys

signal.alarm(60)
CONTENT = bytes(random.Random(1).choices(range(64), k=200_000))
PACKED = gzip.compress(CONTENT, mtime=0)
WRONG = gzip.compress(CONTENT[::-1], mtime=0)


class Mirror(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        asked = self.headers.get("Range")
        with open(sys.argv[1], "a") as log:
            log.write(f"{self.path} {asked or '-'}\n")
        mode = self.path.split("/")[1]
        if mode not in ("ok", "wrong", "cut", "stuck"):
            self.send_error(404)
            return
        data = WRONG if mode == "wrong" else PACKED
        start = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
        if start >= len(data):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(data)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = start if mode == "stuck" else len(data) // 2 if mode == "cut" and not asked else len(data)
        self.wfile.write(data[start:end])
        self.close_connection = True

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Mirror)
digests = hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), hashlib.md5(PACKED).hexdigest(), len(PACKED)
print(server.server_address[1], *digests, flush=True)
server.serve_forever()
