"""Runs gateway_frames over the test vectors of the protocol: python3 check_vectors.py [directory]"""
import base64
import json
import pathlib
import sys

import gateway_frames as frames

VECTORS = pathlib.Path(__file__).resolve().parents[2] / "protocol" / "src" / "test" / "resources" / "vectors"


def data_of(hex_or_parts):
    """Hex, perhaps with spaces, or a list of such and of {"repeat": hex, "times": n}."""
    if isinstance(hex_or_parts, str):
        return bytes.fromhex(hex_or_parts)
    return b"".join(bytes.fromhex(p) if isinstance(p, str) else bytes.fromhex(p["repeat"]) * p["times"] for p in hex_or_parts)


def text_of(value):
    """The same for texts inside a frame, at any depth."""
    if isinstance(value, list):
        return "".join(p if isinstance(p, str) else p["repeat"] * p["times"] for p in value)
    return {name: text_of(inner) for name, inner in value.items()} if isinstance(value, dict) else value


def expected_frame(vector):
    """The vector's frame (or one of a datagram's) as gateway_frames has it: a payload is its content and its bytes."""
    frame = text_of(vector["frame"])
    content, payload = "bytes", b""
    if "dataText" in frame:
        content, payload = "json", frame.pop("dataText").encode()
    elif "text" in frame and frame["type"] != "challenge":
        content, payload = "text", frame.pop("text").encode()
    elif "bytes" in frame:
        content, payload = "cbor" if frame.pop("cbor", False) else "bytes", base64.b64decode(frame.pop("bytes"))
    content = frame.pop("claims", content)
    if frame["type"] in frames.WITH_PAYLOAD:
        frame["content"], frame["payload"] = content, payload
    if frame["type"] in ("subscribe", "serve"):
        frame.setdefault("group", "")
    return frame


def outcome(body, vector):
    """What decoding comes to, told as a vector tells it."""
    try:
        frame = frames.decode(body, vector["sender"], vector["carrier"])
    except frames.Malformed as fault:
        return {"error": {"code": fault.code, "scope": "connection"}}
    except frames.BrokenRule as fault:
        return {"error": {"code": fault.code, "scope": "frame", "id": fault.id, "type": fault.type}}
    if frame is None:
        return {"skipped": True}
    if frame["type"] == "hello":
        frame.setdefault("version", 1)
    return {"frame": frame}


def check_body(vector):
    body = data_of(vector["body"])
    assert "shown" not in vector or vector["shown"].encode() == body, "shown is not the body"
    assert vector["form"] == ("json" if body[0] == 0x7B else "binary" if 1 <= body[0] <= 0x3F else "none"), "form"
    got = outcome(body, vector)
    if "frame" not in vector:
        want = {key: vector[key] for key in ("error", "skipped") if key in vector}
        assert got == want, "got %s" % got
        return
    want = expected_frame(vector)
    assert got == {"frame": want}, "got %s" % got
    if vector["canonical"]:
        assert frames.encode(want, vector["form"]) == body, "encoded otherwise"
    for form in ("binary", "json"):
        again = outcome(frames.encode(want, form), vector)["frame"]
        if form == "json" and "claims" in vector["frame"]:
            assert again.pop("content") == "bytes" and again == {k: v for k, v in want.items() if k != "content"}, form
        elif form == "json" and want.get("content") == "json":  # white space around a document is not part of data
            assert again.pop("payload") == want["payload"].strip(b" \t\r\n"), form
        else:
            assert again == want, "not the same after %s: %s" % (form, again)


def check_stream(vector):
    rest, bodies, error = data_of(vector["stream"]), [], None
    try:
        while True:
            found = frames.split(rest, vector["maxFrameBytes"])
            if found is None:
                break
            bodies.append(found[0])
            rest = found[1]
            fault = outcome(found[0], vector).get("error")
            if fault and fault["scope"] == "connection":
                error = fault
                break
    except frames.Malformed as fault:
        error = {"code": fault.code, "scope": "connection"}
    assert bodies == [data_of(body) for body in vector["bodies"]], "other bodies"
    assert error == vector.get("error"), "got %s" % error
    assert error or len(rest) == vector["left"], "%d bytes left" % len(rest)


def check_datagram(vector):
    data = data_of(vector["datagram"])
    kind = {0: "outside", 1: "session" if len(data) >= 9 else "unknown"}.get(data[0] if data else None, "unknown")
    assert kind == vector["kind"], "kind %s" % kind
    try:
        token, bodies = frames.split_datagram(data)
        outcomes = [outcome(body, vector) for body in bodies]  # checked whole before any of them counts
        if any(found.get("error", {}).get("scope") == "connection" for found in outcomes):
            raise frames.Malformed("body")
    except frames.Malformed:
        assert "malformed" in vector, "malformed"
        return
    assert "malformed" not in vector, "not malformed"
    assert token == (int(vector["token"], 16) if kind == "session" else None), "token %s" % token
    forms = ["json" if body[0] == 0x7B else "binary" for body in bodies]
    assert forms == [each["form"] for each in vector["frames"]], "forms"
    wanted = [{"frame": expected_frame(each)} if "frame" in each else {k: v for k, v in each.items() if k != "form"}
              for each in vector["frames"]]
    assert outcomes == wanted, "got %s" % outcomes
    if vector["canonical"]:
        assert frames.datagram([frames.encode(each["frame"], form) for each, form in zip(wanted, forms)], token) == data


def main():
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else VECTORS
    passed = failed = 0
    for file in sorted(directory.glob("*.json")):
        for vector in json.loads(file.read_text(encoding="utf-8")):
            try:
                check = check_stream if "stream" in vector else check_datagram if "datagram" in vector else check_body
                check(vector)
                passed += 1
            except Exception as fault:  # whatever it is, this vector failed and the others still count
                failed += 1
                print("%s %s: %s: %s" % (file.name, vector["id"], type(fault).__name__, str(fault)[:300]))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
