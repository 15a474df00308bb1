"""A blocking client of the binary form in plain Python: python3 binary_client.py HOST PORT

gateway_frames.py turns frames into bytes and back; here is what a client does with them.
"""
import socket
import sys

import gateway_frames as frames

MAX_FRAME_BYTES = 1 << 20  # the longest body that we take
ANSWERS = ("welcome", "pong", "response", "error", "goaway")  # bear our id; all else bears the gateway's


class Refused(Exception):
    """An ERROR frame: the code says what happened, not_processed whether trying again is safe."""

    def __init__(self, error):
        super().__init__("%d %s" % (error["code"], error["message"]))
        self.code, self.not_processed = error["code"], error.get("notProcessed", False)


class Client:
    """One connection. What comes without being an answer (messages, requests to serve) waits in `inbox`."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=10)
        self.received, self.inbox, self.last_id = b"", [], 0
        self.welcome = self.ask("hello", version=1, agent="binary_client.py", maxFrameBytes=MAX_FRAME_BYTES)

    def send(self, type, id, **fields):
        self.socket.sendall(frames.envelope(frames.encode({"type": type, "id": id, **fields})))

    def read(self):
        """The next frame; None when the gateway has closed. A PING is answered at once."""
        while True:
            found = frames.split(self.received, MAX_FRAME_BYTES)
            if found is None:
                piece = self.socket.recv(65536)
                if not piece:
                    return None
                self.received += piece
                continue
            body, self.received = found
            frame = frames.decode(body, sender="gateway")
            if frame is None:
                continue  # a type of a later version that may be skipped
            if frame["type"] == "ping":
                self.send("pong", frame["id"], content=frame["content"], payload=frame["payload"])
            elif frame["type"] == "error" and frame["id"] == 0:
                raise Refused(frame)  # it concerns the whole session, and the close follows
            else:
                return frame

    def ask(self, type, **fields):
        """Sends a frame that wants an answer and waits for it."""
        id = self.next_id()
        self.send(type, id, **fields)
        return self.answer(id)

    def next_id(self):
        self.last_id += 1
        return self.last_id

    def answer(self, id):
        """Waits for what answers that id of ours."""
        while True:
            frame = self.read()
            if frame is None:
                raise ConnectionError("the gateway has closed the connection")
            if frame["type"] not in ANSWERS or frame["id"] != id:
                self.inbox.append(frame)
            elif frame["type"] == "error":
                raise Refused(frame)
            else:
                return frame

    def next(self):
        """The next frame that is not the answer we waited for."""
        return self.inbox.pop(0) if self.inbox else self.read()


def main(host, port):
    client = Client(host, port)
    print("welcome, %s (session %s)" % (client.welcome["clientId"], client.welcome["sessionId"]))
    answer = client.ask("request", subject="gateway.echo", headers={"k": "v"}, content="text", payload="hi")
    print("echo:", answer["content"], answer["payload"], answer["headers"])
    print("pong:", client.ask("ping", payload=b"\x01\x02")["payload"])

    subject = "demo." + client.welcome["clientId"]
    subscription = client.next_id()
    client.send("subscribe", subscription, subject=subject + ".*", confirm=True)
    client.answer(subscription)
    client.ask("publish", subject=subject + ".temperature", content="json", payload="21.5", confirm=True)
    message = client.next()
    print("message:", message["subject"], message["content"], message["payload"])

    # A worker on a connection of its own, which answers one plain request and one stream of three.
    worker = Client(host, port)
    worker.ask("serve", subject=subject + ".work", confirm=True)
    id = client.next_id()
    client.send("request", id, subject=subject + ".work", deadlineMillis=5000, content="text", payload="hello")
    request = worker.next()
    worker.send("response", request["id"], content="text", payload=request["payload"].upper())
    print("served:", client.answer(id)["payload"])

    id = client.next_id()
    client.send("request", id, subject=subject + ".work", stream=True, credit=2)
    request = worker.next()
    worker.send("response", request["id"], more=True, payload=b"one")  # each response uses one credit of the two
    worker.send("response", request["id"], more=True, payload=b"two")
    print("stream:", client.answer(id)["payload"], client.answer(id)["payload"])
    client.send("credit", id, n=1)
    print("worker got", worker.next()["type"])
    worker.send("response", request["id"], payload=b"three")  # without "more": the last one
    print("stream:", client.answer(id)["payload"])

    try:
        client.ask("request", subject=subject + ".nobody")
    except Refused as refused:
        print("refused:", refused, "(not processed)" if refused.not_processed else "")

    client.send("unsubscribe", subscription, confirm=True)
    client.answer(subscription)
    for each in (worker, client):
        each.ask("goaway", reason="done")
        print("goaway; then the end of the stream:", each.read())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
