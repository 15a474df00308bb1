"""A blocking client of the JSON form in plain Python: python3 json_client.py HOST PORT"""
import json
import socket
import sys


class Refused(Exception):
    """An ERROR frame: code, message, perhaps notProcessed (trying again is safe) and retryAfterMillis."""


class Client:
    """One connection. What comes without being the answer that `ask` waits for, `next` returns."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=10)
        self.stream = self.socket.makefile("rb")
        self.inbox, self.last_id = [], 0
        self.welcome = self.ask("hello", version=1, agent="json_client.py")

    def send(self, type, id, **fields):
        body = json.dumps({"type": type, "id": id, **fields}).encode()
        self.socket.sendall(len(body).to_bytes(4, "big") + body)  # four bytes of length, then the body

    def read(self):
        """The next frame. A PING is answered at once."""
        while True:
            head = self.stream.read(4)
            if len(head) < 4:
                raise ConnectionError("the gateway has closed the connection")
            body = self.stream.read(int.from_bytes(head, "big"))
            if body[:1] != b"{":
                continue  # a binary frame of a later version, to be skipped
            frame = {"id": 0, **json.loads(body)}  # an id that is absent is 0
            if frame["type"] == "error" and frame["id"] == 0:
                raise Refused(frame)  # it concerns the whole session, and the close follows
            if frame["type"] != "ping":
                return frame
            self.send(**{**frame, "type": "pong"})  # id and payload of the PING

    def ask(self, type, **fields):
        """Sends a frame that wants an answer and waits for it."""
        self.last_id += 1
        self.send(type, self.last_id, **fields)
        while True:
            frame = self.read()
            if frame["type"] == "error" and frame["id"] == self.last_id:
                raise Refused(frame)
            if frame["type"] in ("welcome", "response", "goaway") and frame["id"] == self.last_id:
                return frame
            self.inbox.append(frame)

    def next(self):
        return self.inbox.pop(0) if self.inbox else self.read()


def main(host, port):
    client, worker = Client(host, port), Client(host, port)
    print("welcome, %(clientId)s: session %(sessionId)s, frames up to %(maxFrameBytes)d bytes" % client.welcome)
    print("echo:", client.ask("request", subject="gateway.echo", data={"n": 1}, headers={"k": "v"}))
    subject = "demo." + client.welcome["clientId"]
    client.ask("subscribe", subject=subject + ".*", confirm=True)
    client.ask("publish", subject=subject + ".temperature", data=21.5, confirm=True)
    print("message:", client.next())
    worker.ask("serve", subject=subject + ".upper", confirm=True)
    client.send("request", 100, subject=subject + ".upper", text="hello", deadlineMillis=5000)
    request = worker.next()
    worker.send("response", request["id"], text=request["text"].upper())
    print("served:", client.next())
    try:
        client.ask("request", subject=subject + ".nobody")
    except Refused as refused:
        print("refused:", refused)
    for each in (worker, client):
        print("end:", each.ask("goaway", reason="done"), each.stream.read())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
