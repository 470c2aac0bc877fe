"""Consul over HTTP: where Cassandra is, and the keys under shoal/analysis/."""

import json
import os
import urllib.error
import urllib.parse
import urllib.request


def _request(method, path, body=None):
    address = os.environ["CONSUL_HTTP_ADDR"]
    base = address if address.startswith("http") else "http://" + address
    request = urllib.request.Request(f"{base}/v1/{path}", data=body, method=method)
    request.add_header("X-Consul-Token", os.environ.get("CONSUL_HTTP_TOKEN", ""))
    try:
        with urllib.request.urlopen(request, timeout=15) as response:
            return response.read()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        detail = error.read(300).decode(errors="replace")
        raise RuntimeError(f"Consul answered {error.code} to {method} {path}: {detail}") from error


def healthy(service):
    """Addresses of the healthy instances of a service."""
    entries = json.loads(_request("GET", f"health/service/{service}?passing"))
    return sorted({entry["Service"]["Address"] or entry["Node"]["Address"] for entry in entries})


def put(key, value):
    """Writes a key. Raises RuntimeError when Consul refuses."""
    text = value if isinstance(value, str) else json.dumps(value)
    if _request("PUT", "kv/" + urllib.parse.quote(key), text.encode()).strip() != b"true":
        raise RuntimeError(f"Consul did not take the key {key}")


def entries(prefix):
    """Keys below a prefix with their JSON values."""
    found = {}
    for key in json.loads(_request("GET", f"kv/{urllib.parse.quote(prefix)}?keys") or "[]"):
        value = _request("GET", f"kv/{urllib.parse.quote(key)}?raw")
        if value:
            found[key] = json.loads(value)
    return found


def delete(key):
    """Removes a key, if it is there."""
    _request("DELETE", "kv/" + urllib.parse.quote(key))
