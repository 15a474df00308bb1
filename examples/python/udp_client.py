"""A client over UDP in plain Python, in the JSON form: python3 udp_client.py HOST PORT

Datagrams get lost, come twice, and come late. So a client sends what wants an answer until the answer is there; the gateway
knows the id and carries it out once, however often it comes. See protocol/SPEC.md, sections 1.2 and 3.8.
"""
import json
import os
import random
import socket
import struct
import sys
import time

FIRST_WAIT, LEAST_WAIT, MOST_WAIT = 0.2, 0.05, 2.0  # seconds until something is sent again
MAX_DATAGRAM_BYTES = 1200
ANSWERS = ("welcome", "challenge", "pong", "response", "error", "goaway")  # bear our id; all else bears the gateway's
HELLO_BYTES = 64  # a datagram with HELLO is no shorter, so that the answer is never much longer than the question


class Refused(Exception):
    """An ERROR frame: the code says what happened, notProcessed (if there) that trying again is safe."""


class Client:
    """One session. Messages that come wait in `inbox`. (One that sends nothing for long has to PING, SPEC section 3.5.)"""

    def __init__(self, host, port):
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        self.socket = socket.socket(family, kind, protocol)
        self.socket.connect(address)  # the system drops what comes from anywhere else
        self.token = None  # eight bytes, once there is a session
        self.last_id = int.from_bytes(os.urandom(4), "big")  # at random: a client that starts anew is not mistaken
        self.smoothed = self.variation = None  # what is known of the round trip, in seconds
        self.wait = FIRST_WAIT
        self.arrived, self.inbox = [], []
        hello = {"version": 1, "agent": "udp_client.py", "maxFrameBytes": MAX_DATAGRAM_BYTES}
        answer = self.ask("hello", seconds=10, **hello)
        while answer["type"] == "challenge":  # the gateway remembers nothing of us until the cookie has come back
            answer = self.ask("hello", id=answer["id"], cookie=answer["text"], seconds=10, **hello)
        self.welcome, self.token = answer, bytes.fromhex(answer["datagramToken"])

    # ------------------------------------------------------------------ frames and datagrams

    def send(self, type, id, **fields):
        body = json.dumps({"type": type, "id": id, **fields}).encode()
        if type == "hello":
            body = body.ljust(HELLO_BYTES - 4)  # white space after the object pads
        envelope = b"" if self.token is None else b"\x01" + self.token
        datagram = envelope + struct.pack(">I", len(body)) + body
        if self.token is not None and len(datagram) > self.welcome["maxFrameBytes"]:
            raise ValueError("%d bytes are more than a datagram may have" % len(datagram))
        try:
            self.socket.send(datagram)
        except ConnectionRefusedError:
            pass  # the system has heard that nobody listens there; somebody may when it is sent again

    def receive(self, until):
        """The next frame that is for us; None if there is none by that time."""
        while not self.arrived:
            left = until - time.monotonic()
            if left <= 0:
                return None
            self.socket.settimeout(left)
            try:
                self.arrived = self.split(self.socket.recv(65536))
            except socket.timeout:
                return None
            except (ConnectionRefusedError, ValueError):
                pass  # as above; or a datagram that does not parse, of which nothing counts
        return self.arrived.pop(0)

    def split(self, datagram):
        """The frames of a datagram."""
        outside = datagram[:1] == b"\x00"  # outside a session: this 0x00 begins the first length
        if not outside and (self.token is None or datagram[:9] != b"\x01" + self.token):
            return []  # of another session, or nothing that we know
        rest, frames = datagram if outside else datagram[9:], []
        while rest:
            end = 4 + int.from_bytes(rest[:4], "big")
            if end == 4 or end > len(rest):
                raise ValueError("malformed")
            if rest[4:5] == b"{":  # else a binary frame of a later version, to be skipped
                frames.append({"id": 0, **json.loads(rest[4:end])})  # an id that is absent is 0
            rest = rest[end:]
        if outside and self.token is not None:  # no answer any more, but the gateway may not know our token
            return [{"type": "no session", "id": 0} for frame in frames if frame.get("code") == 401]
        return frames

    # ------------------------------------------------------------------ questions and answers

    def ask(self, type, id=None, seconds=30, **fields):
        """Sends a frame until its answer comes. (One at a time; a client may have 256 ids under way.)"""
        if id is None:
            id = self.last_id = self.last_id % 0xFFFFFFFF + 1  # rising; after the largest comes 1
        wait, sent, deadline = self.wait, 0, time.monotonic() + seconds
        while True:
            now = time.monotonic()
            if now >= deadline:
                raise TimeoutError("no answer to %s in %s seconds" % (type, seconds))
            if type == "request":
                fields["deadlineMillis"] = max(1, int(1000 * (deadline - now)))  # what is left of it
            self.send(type, id, **fields)
            sent += 1
            until = min(deadline, now + wait * random.uniform(1, 1.25))
            while True:
                frame = self.receive(until)
                if frame is None:
                    break  # nothing came in time: once more
                if frame["type"] == "ack" and frame["id"] == id:  # it works on it
                    wait, until = MOST_WAIT, min(deadline, time.monotonic() + MOST_WAIT)
                elif frame["id"] == id and frame["type"] in ANSWERS or type == "goaway" and frame["type"] == "no session":
                    if sent == 1:  # of more than one, nobody knows which was answered
                        self.measured(time.monotonic() - now)
                    if frame["type"] == "error":
                        raise Refused(frame)
                    return frame
                else:
                    self.handle(frame)
            wait = min(MOST_WAIT, 2 * wait)
            self.wait = max(self.wait, wait)  # until something is measured again

    def measured(self, seconds):
        """RFC 6298: the smoothed round trip, and four times its variation."""
        if self.smoothed is None:
            self.smoothed, self.variation = seconds, seconds / 2
        else:
            self.variation += (abs(self.smoothed - seconds) - self.variation) / 4
            self.smoothed += (seconds - self.smoothed) / 8
        self.wait = min(MOST_WAIT, max(LEAST_WAIT, self.smoothed + 4 * self.variation))

    def handle(self, frame):
        """What is no answer to us."""
        if frame["type"] == "ping":  # does our new address receive it?
            self.send(**{**frame, "type": "pong"})
        elif frame["type"] == "request":
            self.send("error", frame["id"], code=404, message="this client serves nothing")
        elif frame["type"] == "goaway":
            self.send("ack", frame["id"])  # the gateway will end; a GOAWAY in answer would end our session now
        elif frame["type"] == "error" and frame["id"] == 0 and frame["code"] != 400:
            raise Refused(frame)  # the session is over; 400 says only that a datagram was malformed
        elif frame["type"] == "message":
            self.inbox.append(frame)
        # anybody may have forged "no session"; if our session is gone indeed, no answer will come

    def next(self, seconds):
        """The next message; None if none comes in that time."""
        until = time.monotonic() + seconds
        while not self.inbox:
            frame = self.receive(until)
            if frame is None:
                return None
            self.handle(frame)
        return self.inbox.pop(0)


def main(host, port):
    client = Client(host, port)
    print("welcome, %(clientId)s: session %(sessionId)s, datagrams up to %(maxFrameBytes)d bytes" % client.welcome)
    answer = client.ask("request", subject="gateway.echo", data={"n": 1}, seconds=10)
    print("echo:", answer["data"])
    subject = "demo." + client.welcome["clientId"]
    client.ask("subscribe", subject=subject, confirm=True)
    client.ask("publish", subject=subject, data=21.5, confirm=True)
    print("published, and confirmed")
    message = client.next(seconds=1)  # a message is sent once, and may be lost like any datagram
    print("message:", message["data"] if message else "lost")
    try:
        client.ask("request", subject=subject + ".nobody", seconds=10)
    except Refused as refused:
        print("refused:", refused)
    print("end:", client.ask("goaway", reason="done")["type"])  # or "no session", if the first answer was lost


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
