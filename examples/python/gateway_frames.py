"""Frames of the Socket Gateway protocol, version 1: bodies to dictionaries and back (see protocol/SPEC.md).

    decode(body, sender)  bytes -> frame, or None for a type that is to be skipped
    encode(frame, form)   frame -> bytes, form being "binary" or "json"
    split(buffer, limit)  the bytes of a stream -> one body and the rest
    envelope(body)        a body with its length in front, ready for a stream
    split_datagram(bytes) one datagram -> its token (None outside a session) and its bodies
    datagram(bodies, token)  the same back

A frame is a dictionary: "type" and "id", then the fields of its type under their names in the JSON form. A payload is
always two entries: "content" ("bytes", "json", "text" or "cbor") and "payload" (bytes). Standard library only.
"""
import base64
import json
import re
import struct

MAX_U32 = 0xFFFFFFFF
CONTENTS = ("bytes", "json", "text", "cbor")

# name: code, who may send it on a stream, flag bits that it defines
TYPES = {
    "hello": (0x01, ("client",), 0x06), "welcome": (0x02, ("gateway",), 0x06),
    "ping": (0x03, ("client", "gateway"), 0x06), "pong": (0x04, ("client", "gateway"), 0x06),
    "goaway": (0x05, ("client", "gateway"), 0x06), "challenge": (0x06, (), 0x06),
    "request": (0x10, ("client", "gateway"), 0x1F), "response": (0x11, ("client", "gateway"), 0x27),
    "error": (0x12, ("client", "gateway"), 0x18), "cancel": (0x13, ("client", "gateway"), 0x00),
    "credit": (0x14, ("client", "gateway"), 0x00), "ack": (0x15, (), 0x00),
    "publish": (0x18, ("client",), 0x47), "subscribe": (0x19, ("client",), 0x41),
    "unsubscribe": (0x1A, ("client",), 0x40), "message": (0x1B, ("gateway",), 0x07),
    "serve": (0x1C, ("client",), 0x41),
}
DATAGRAM_ONLY = {"challenge": ("gateway",), "ack": ("client", "gateway")}
NAMES = {code: name for name, (code, _, _) in TYPES.items()}
WITH_PAYLOAD = ("ping", "pong", "request", "response", "publish", "message")
WITH_HEADERS = ("request", "response", "publish", "subscribe", "message", "serve")
WITH_SUBJECT = ("request", "publish", "subscribe", "message", "serve")
# the members of the json fields, and what they hold
MEMBERS = {
    "hello": {"version": "u32", "token": "string", "clientId": "string", "keepAliveSeconds": "u32",
              "maxFrameBytes": "u32", "resume": "string", "cookie": "string", "agent": "string"},
    "welcome": {"version": "u32", "sessionId": "string", "clientId": "string", "datagramToken": "string",
                "resume": "string", "resumed": "bool", "keepAliveSeconds": "u32", "maxFrameBytes": "u32",
                "limits": "limits", "node": "string"},
    "goaway": {"reason": "string", "reconnectAfterMillis": "u32"},
}
LIMITS = {"requests": "u32", "subscriptions": "u32", "datagramWindow": "u32"}
# the members that the other types have in the JSON form, beside headers and payload
FIELDS = {
    "request": {"subject": "string", "deadlineMillis": "u32", "stream": "bool", "credit": "any"},
    "response": {"more": "bool"},
    "error": {"code": "u16", "retryAfterMillis": "u32", "notProcessed": "bool", "message": "string"},
    "credit": {"n": "u32"},
    "publish": {"subject": "string", "confirm": "bool"},
    "subscribe": {"subject": "string", "group": "string", "confirm": "bool"},
    "unsubscribe": {"confirm": "bool"},
    "message": {"subject": "string"},
    "serve": {"subject": "string", "group": "string", "confirm": "bool"},
    "challenge": {"text": "string"},
}
REQUIRED = {"subject": WITH_SUBJECT, "code": ("error",), "n": ("credit",), "text": ("challenge",)}


class Malformed(Exception):
    """The body does not parse: ERROR 400 (or the code) with id 0, and close."""

    def __init__(self, message, code=400):
        super().__init__(message)
        self.code = code


class BrokenRule(Exception):
    """The body parses and breaks a rule: the fault of this one frame."""

    def __init__(self, message, frame):
        super().__init__(message)
        self.code, self.id, self.type = 400, frame["id"], frame["type"]


# ------------------------------------------------------------------ streams

def split(buffer, limit):
    """The first body in the buffer and the bytes after it; None if it is not there as a whole yet."""
    if len(buffer) < 4:
        return None
    length = struct.unpack_from(">I", buffer)[0]
    if length == 0:
        raise Malformed("length: 0")
    if length > limit or length > 0xFFFFFF:
        raise Malformed("length: %d is over %d" % (length, limit), 413)
    if len(buffer) < 4 + length:
        return None
    return bytes(buffer[4:4 + length]), buffer[4 + length:]


def envelope(body):
    return struct.pack(">I", len(body)) + body


# ------------------------------------------------------------------ datagrams

def split_datagram(data):
    """The token of a datagram, None outside a session, and the bodies in it, of which there is at least one."""
    read = _Reader(data)
    token = None
    if data[:1] == b"\x01":
        token = struct.unpack(">xQ", read.take(9))[0]
    elif data[:1] != b"\x00":  # this 0x00 is the first byte of the first length
        raise Malformed("envelope: %s" % (data[:1].hex() or "empty"))
    bodies = []
    while read.at < len(data) or not bodies:
        bodies.append(read.take(read.u32()))
        if not bodies[-1]:
            raise Malformed("length: 0")
    return token, bodies


def datagram(bodies, token=None):
    return (b"" if token is None else struct.pack(">BQ", 1, token)) + b"".join(map(envelope, bodies))


# ------------------------------------------------------------------ decoding

def decode(body, sender="gateway", carrier="stream"):
    """The frame that a body means, coming from that side; None if its type is to be skipped."""
    first = body[0] if body else 0
    if first == 0x7B:
        frame = _decode_json(body)
    elif 0x30 <= first <= 0x3E:
        return None
    elif first in NAMES:
        frame = _decode_binary(body)
    else:
        raise Malformed("type: 0x%02x" % first)
    allowed = TYPES[frame["type"]][1]
    if carrier == "datagram":
        allowed = DATAGRAM_ONLY.get(frame["type"], allowed)
    if sender not in allowed:
        raise Malformed("type: %s is not for the %s to send" % (frame["type"], sender))
    if frame["id"] == 0 and (frame["type"] in ("subscribe", "serve") or frame.get("stream") or frame.get("confirm")):
        raise Malformed("id: 0")
    headers = frame.pop("pairs", [])
    if headers:
        frame["headers"] = dict(headers)
    _check_rules(frame, headers)
    return frame


class _Reader:
    """Takes field by field from a binary body; what is not there is malformed."""

    def __init__(self, body):
        self.body, self.at = body, 0

    def take(self, size):
        if self.at + size > len(self.body):
            raise Malformed("cut off")
        self.at += size
        return self.body[self.at - size:self.at]

    def u8(self):
        return self.take(1)[0]

    def u16(self):
        return struct.unpack(">H", self.take(2))[0]

    def u32(self):
        return struct.unpack(">I", self.take(4))[0]

    def string(self):
        return _utf8(self.take(self.u16()))

    def rest(self):
        return self.take(len(self.body) - self.at)


def _decode_binary(body):
    read = _Reader(body)
    name = NAMES[read.u8()]
    flags = read.u8()
    if flags & ~TYPES[name][2]:
        raise Malformed("flags: 0x%02x on %s" % (flags, name))
    frame = {"type": name, "id": read.u32()}
    if name in MEMBERS:
        text = _utf8(read.rest())
        _own_members(frame, _members(text), MEMBERS[name])
        return frame
    if name == "challenge":
        frame["text"] = _utf8(read.rest())
        return frame
    if name in WITH_SUBJECT:
        frame["subject"] = read.string()
    if name == "request" and flags & 0x08:
        frame["deadlineMillis"] = read.u32()
    if name == "request" and flags & 0x10:
        frame["stream"], frame["credit"] = True, read.u32()
    if name == "response" and flags & 0x20:
        frame["more"] = True
    if name == "error":
        frame["code"] = read.u16()
        if flags & 0x08:
            frame["retryAfterMillis"] = read.u32()
        if flags & 0x10:
            frame["notProcessed"] = True
        frame["message"] = read.string()
    if name == "credit":
        frame["n"] = read.u32()
    if name in ("subscribe", "serve"):
        frame["group"] = read.string()
    if flags & 0x40:
        frame["confirm"] = True
    if name in WITH_HEADERS and flags & 0x01:
        frame["pairs"] = [(read.string(), read.string()) for _ in range(read.u16())]
    if name in WITH_PAYLOAD:
        frame["content"], frame["payload"] = CONTENTS[(flags & 0x06) >> 1], read.rest()
    elif read.rest():
        raise Malformed("bytes after the last field")
    return frame


def _decode_json(body):
    members = _members(_utf8(body))
    frame = {}
    _own_members(frame, members, {"type": "string", "id": "u32"})
    name = frame.get("type")
    if name not in TYPES:
        raise Malformed("type: %s" % name)
    frame.setdefault("id", 0)
    if name in MEMBERS:
        _own_members(frame, members, MEMBERS[name])
        return frame
    _own_members(frame, members, FIELDS.get(name, {}))
    for field, types in REQUIRED.items():
        if name in types and field not in frame:
            raise Malformed(field + ": missing")
    credit = frame.pop("credit", None)
    if frame.get("stream"):
        if credit is None:
            raise Malformed("credit: missing")
        frame["credit"] = _value("credit", credit, "u32")
    for flag in ("stream", "more", "confirm", "notProcessed"):
        if not frame.get(flag, True):
            del frame[flag]
    if name == "error":
        frame.setdefault("message", "")
    if name in ("subscribe", "serve"):
        frame.setdefault("group", "")
    if name in WITH_HEADERS:
        _own_members(frame, members, {"headers": "pairs"})
        frame["pairs"] = frame.pop("headers", [])
    if name in WITH_PAYLOAD:
        given = {}
        _own_members(given, members, {"data": "any", "text": "string", "bytes": "base64", "cbor": "any"})
        cbor = given.pop("cbor", "false")
        if len(given) > 1:
            raise Malformed("two payloads")
        frame["content"], frame["payload"] = "bytes", b""
        if "data" in given:
            frame["content"], frame["payload"] = "json", given["data"].encode()
        elif "text" in given:
            frame["content"], frame["payload"] = "text", given["text"].encode()
        elif "bytes" in given:
            frame["content"] = "cbor" if _value("cbor", cbor, "bool") else "bytes"
            frame["payload"] = given["bytes"]
    return frame


# ------------------------------------------------------------------ JSON, strictly, keeping the text of values

_SPACE = re.compile(r'[ \t\r\n]*')
_STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
_SCALAR = re.compile(r'-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null')
_BASE64 = re.compile(r'(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?')
MAX_DEPTH = 64


def _space(text, at):
    return _SPACE.match(text, at).end()


def _match(pattern, text, at):
    found = pattern.match(text, at)
    if not found:
        raise Malformed("JSON: at character %d" % at)
    return found.end()


def _expect(text, at, character):
    if text[at:at + 1] != character:
        raise Malformed("JSON: %s expected at character %d" % (character, at))
    return at + 1


def _end_of_value(text, at, depth):
    """Where the value that begins here ends; depth is that of what holds it."""
    opener = text[at:at + 1]
    if opener == '"':
        return _match(_STRING, text, at)
    if opener not in ("{", "["):
        return _match(_SCALAR, text, at)
    return _container(text, at, depth, lambda name, start, end: None)


def _container(text, at, depth, found):
    """The end of an object or array; found(name, start, end) is called for each value in it."""
    if depth == MAX_DEPTH:
        raise Malformed("JSON: nested deeper than %d" % MAX_DEPTH)
    closer = "}" if text[at] == "{" else "]"
    at = _space(text, at + 1)
    if text[at:at + 1] == closer:
        return at + 1
    while True:
        name = None
        if closer == "}":
            end = _match(_STRING, text, at)
            name = text[at:end]
            at = _space(text, _expect(text, _space(text, end), ":"))
        end = _end_of_value(text, at, depth + 1)
        found(name, at, end)
        at = _space(text, end)
        if text[at:at + 1] == closer:
            return at + 1
        at = _space(text, _expect(text, at, ","))


def _members(text):
    """The members of a document that is one object, as (name, text of the value), which white space may follow."""
    _expect(text, 0, "{")
    members = []
    end = _container(text, 0, 0, lambda name, start, stop: members.append((json.loads(name), text[start:stop])))
    if _space(text, end) != len(text):
        raise Malformed("JSON: something follows the object")
    return members


def _own_members(frame, members, kinds):
    """Puts those members into the frame that its type defines; any other is ignored."""
    seen = set()
    for name, text in members:
        if name in kinds:
            if name in seen:
                raise Malformed(name + ": twice")
            seen.add(name)
            frame[name] = _value(name, text, kinds[name])


def _value(name, text, kind):
    if kind == "any":
        return text
    if kind == "string" and text[0] == '"':
        return _string(name, text)
    if kind == "bool" and text in ("true", "false"):
        return text == "true"
    if kind in ("u16", "u32") and re.fullmatch("-0|0|[1-9][0-9]{0,9}", text):
        if int(text) <= (0xFFFF if kind == "u16" else MAX_U32):
            return int(text)
    if kind == "base64" and text[0] == '"' and _BASE64.fullmatch(_string(name, text)):
        return base64.b64decode(_string(name, text))
    if kind == "pairs" and text[0] == "{":
        return [(header, _value(name, value, "string")) for header, value in _members(text)]
    if kind == "limits" and text[0] == "{":
        limits = {}
        _own_members(limits, _members(text), LIMITS)
        return limits
    raise Malformed(name + ": wrong type or out of range")


def _string(name, text):
    value = json.loads(text)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Malformed(name + ": unpaired surrogate") from None
    return value


def _utf8(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("invalid UTF-8") from None


def _is_json(data, depth):
    """Whether these bytes are one JSON document that may stand at that depth."""
    try:
        text = _utf8(data)
        return _space(text, _end_of_value(text, _space(text, 0), depth)) == len(text)
    except Malformed:
        return False


# ------------------------------------------------------------------ rules

# Unicode White_Space and Cc
_FORBIDDEN = re.compile("[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


def _check_rules(frame, headers):
    def broken(message):
        raise BrokenRule(message, frame)

    if "subject" in frame:
        subject, tokens = frame["subject"], frame["subject"].split(".")
        if not 1 <= len(subject.encode()) <= 255 or len(tokens) > 16 or "" in tokens or _FORBIDDEN.search(subject):
            broken("subject: not 1 to 255 bytes in at most 16 tokens without white space")
        if frame["type"] in ("subscribe", "serve"):  # a whole token "*", and a last one ">", are wildcards
            tokens = [token for token in tokens if token != "*"]
            tokens = tokens[:-1] if subject.split(".")[-1] == ">" else tokens
        if any("*" in token or ">" in token for token in tokens):
            broken("subject: wildcard")
    if len(frame.get("group", "").encode()) > 255:
        broken("group: over 255 bytes")
    names = [name for name, _ in headers]
    if len(names) > 64 or len(set(names)) < len(names):
        broken("headers: more than 64, or a name twice")
    if not all(re.fullmatch("[ -~]+", name) for name in names):
        broken("headers: a name is not printable ASCII")
    if sum(len(name.encode()) + len(value.encode()) for name, value in headers) > 8192:
        broken("headers: over 8192 bytes")
    if frame["type"] == "hello":
        if not re.fullmatch("[A-Za-z0-9_-]{1,64}", frame.get("clientId", "x")):
            broken("clientId: not 1 to 64 of A-Z a-z 0-9 _ -")
        if frame.get("maxFrameBytes", 1024) < 1024:
            broken("maxFrameBytes: under 1024")


# ------------------------------------------------------------------ encoding

def encode(frame, form="binary"):
    """The body of a frame."""
    frame = dict(frame)
    if isinstance(frame.get("payload"), str):
        frame["payload"] = frame["payload"].encode()
    return _encode_json(frame) if form == "json" else _encode_binary(frame)


def _own_json(frame):
    return {name: frame[name] for name in MEMBERS[frame["type"]] if name in frame}


def _put_string(text):
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def _encode_binary(frame):
    name, flags, fields = frame["type"], 0, b""
    if name in MEMBERS:
        fields = json.dumps(_own_json(frame), separators=(",", ":")).encode()
    if name == "challenge":
        fields = frame["text"].encode()
    if name in WITH_SUBJECT:
        fields += _put_string(frame["subject"])
    if name == "request" and "deadlineMillis" in frame:
        flags |= 0x08
        fields += struct.pack(">I", frame["deadlineMillis"])
    if frame.get("stream"):
        flags |= 0x10
        fields += struct.pack(">I", frame["credit"])
    if frame.get("more"):
        flags |= 0x20
    if frame.get("confirm"):
        flags |= 0x40
    if name == "error":
        fields += struct.pack(">H", frame["code"])
        if "retryAfterMillis" in frame:
            flags |= 0x08
            fields += struct.pack(">I", frame["retryAfterMillis"])
        flags |= 0x10 if frame.get("notProcessed") else 0
        fields += _put_string(frame.get("message", ""))
    if name == "credit":
        fields += struct.pack(">I", frame["n"])
    if name in ("subscribe", "serve"):
        fields += _put_string(frame.get("group", ""))
    if frame.get("headers"):
        flags |= 0x01
        fields += struct.pack(">H", len(frame["headers"]))
        fields += b"".join(_put_string(key) + _put_string(value) for key, value in frame["headers"].items())
    if name in WITH_PAYLOAD:
        flags |= CONTENTS.index(frame.get("content", "bytes")) << 1
        fields += frame.get("payload", b"")
    return struct.pack(">BBI", TYPES[name][0], flags, frame.get("id", 0)) + fields


def _encode_json(frame):
    content, payload = frame.pop("content", "bytes"), frame.pop("payload", b"")
    if content == "text":
        try:
            frame["text"] = payload.decode()
        except UnicodeDecodeError:
            content = "bytes"
    document = {name: value for name, value in frame.items() if not (name == "group" and value == "")}
    if content == "json" and _is_json(payload, 1):
        members = json.dumps(document, separators=(",", ":"))[:-1]
        return members.encode() + b',"data":' + payload + b"}"  # the text of data, exactly as it is
    if content in ("json", "cbor") or content == "bytes" and payload:
        document["bytes"] = base64.b64encode(payload).decode()
    if content == "cbor":
        document["cbor"] = True
    return json.dumps(document, separators=(",", ":")).encode()
