"""The receiver of webhooks: what was called, how often, and whether a call that came again was the same."""
import collections
import json
import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    """Calls by organisation and notice: under which ids, with which bodies. Now and then it fails, and now and then it takes
    a call and gives no answer, so that the call comes again."""
    daemon_threads = True

    def __init__(self, seed):
        super().__init__(("127.0.0.1", 0), Call)
        self.chance, self.lock = random.Random(f"{seed}/receiver"), threading.Lock()
        self.taken = collections.defaultdict(collections.Counter)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, organization, call, body):
        """What to answer; None: nothing."""
        with self.lock:
            drawn = self.chance.random()
            if drawn < 0.03:
                return 503
            self.taken[organization, int(json.loads(body)["data"]["notice"])][call, body] += 1
            return None if drawn < 0.06 else 204

    def calls(self):
        return sum(sum(counts.values()) for counts in self.taken.values())

    def handle_error(self, request, client_address):
        pass  # The caller was killed.


class Call(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        status = self.server.take(int(self.path.strip("/")), self.headers["webhook-id"], body)
        if status is None:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass
