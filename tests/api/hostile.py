"""Three hundred requests that no well-meaning client sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class Attack:
    """Bytes to send, and which statuses are a right answer."""

    name: str
    data: bytes
    statuses: frozenset[int]


def request(
    target: bytes, method: bytes = b"GET", headers: bytes = b"", body: bytes = b""
) -> bytes:
    head = b"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n" % (method, target, headers)
    return head + body


OK = frozenset({200})
BAD = frozenset({400, 422})
ANY = frozenset({200, 400, 404, 405, 406, 413, 414, 415, 422, 431})

TEXTS = [
    "\x00", "a\x00b", "\x01\x02\x1f", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "\U0010ffff",
    "𠀀𠮷𫝀", "😀👨‍👩‍👧", "é", "e\u0301" * 50, "\u0301" * 200, "ﷺ" * 50, "㍿①㎡ﬁ", "İıſß",
    "\u202eabc", "\u200b\u200d", "\u3000", "　　", " ", "\t\n\r", "%", "%%", "%zz", "+", "++++",
    "'", '"', "''", '""', '"' * 255, "“" * 100, "”“", "「」", "“”", "“未闭合", '"a" "b', "「『",
    "(", ")", "(" * 256, ")" * 256, "((((((((((((((((((((a b) c) d) e) f) g)", "( ( ( (",
    "(a b" + " (c d" * 14, "（" * 128 + "）" * 128, "()", "( )", "(()) (())",
    "OR", "OR OR", "a OR", "OR a", "| | |", "a " + "OR b " * 31, "｜", "ＯＲ", "a OR OR b",
    "-", "--", "-a", "- a", "-(a b)", "-“a”", "-a -b -c", "－", "-" * 256, "NOT a", "AND",
    "*", "?", "a*", "*a*", "~", "a~2", "a^9999999999", "field:value", "id:*", "[a TO z]", "{", "}",
    "\\", "\\" * 256, "/", "//", "../", "../../etc/passwd", "/etc/passwd", "C:\\", "file:///x",
    "<script>alert(1)</script>", '"onmouseover="alert(1)', "<mark>", "</mark>", "&amp;", "&#0;",
    "' OR 1=1 --", "; DROP TABLE x", "${jndi:ldap://x}", "{{7*7}}", "$(id)", "`id`", "%s%s%n",
    "__import__('os')", "\r\nSet-Cookie: a=b", "null", "undefined", "NaN", "-1", "1e999", "true",
    "的", "的 了 在", "是否", "什么是法治政府建设的主要举措和成效呢？", "。" * 200, "，，，", "…",
    "一" * 256, "法治" * 128, " ".join("法" * 32), " ".join("ab" for _ in range(32)),
    "a" * 256, "1" * 256, "0", "-0", "２０２３", "重慶", "ABCＡＢＣ", "ａ　ｂ",
]  # fmt: skip

TOO_LONG = ["a" * 257, "法" * 1000, " ".join("法" * 33), "“a” " * 40]

VALUES = ["", "x", "-1", "0", "1.5", "1e3", "99999999999999999999", "１", " 1", "1 ", "0x1", "NaN",
          "\x00", "true", "[]", "{}", "'", "null", "+1", "1_0"]  # fmt: skip

YEARS = ["x", "..", "20", "20231", "2023.", "2023...2024", "2023-2024", "-2023", "2024..2020x",
         "２０２３", "\x00", "2023,2024"]  # fmt: skip


def _search(name: str, value: str, statuses: frozenset[int], **more: str) -> Attack:
    fields = {name: value, **more}
    query = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in fields.items())
    return Attack(f"{name}={value[:30]!r}", request(f"/api/v1/search?{query}".encode()), statuses)


def attacks() -> Iterator[Attack]:
    """Yield every attack."""
    for number, text in enumerate(TEXTS):
        mode = ("auto", "literal", "words")[number % 3]
        yield _search("q", text, OK, mode=mode)
    for text in TOO_LONG:
        yield _search("q", text, BAD)
    for value in VALUES:
        yield _search("page", value, BAD)
        yield _search("per_page", value, BAD)
    for value in YEARS:
        yield _search("year", value, BAD)
    yield from _parameters()
    yield from _paths()
    yield from _bytes()
    yield from _bodies()
    yield from _methods()


def _parameters() -> Iterator[Attack]:
    for name in ("Q", "q ", "q[]", "q%00", "__proto__", "sort[]", "limit", "offset", "key", ""):
        yield Attack(f"parameter {name!r}", request(b"/api/v1/search?%s=1" % name.encode()
                                                   .replace(b" ", b"%20")), BAD)  # fmt: skip
    for name in ("q", "mode", "sort", "page", "per_page", "format"):
        yield Attack(f"{name} twice", request(f"/api/v1/search?{name}=1&{name}=1".encode()), BAD)
    for name in ("mode", "sort", "format", "district", "document", "town"):
        yield _search(name, "", BAD)
        yield _search(name, "x" * 300, BAD)
    many = b"&".join(b"district=a" for _ in range(100))
    yield Attack("100 districts", request(b"/api/v1/search?" + many), BAD)
    many = b"&".join(b"a%d=b" % n for n in range(2000))
    yield Attack("2000 parameters", request(b"/api/v1/search?" + many), frozenset({400, 414}))
    yield Attack("only separators", request(b"/api/v1/search?&&&&===&"), BAD)
    yield Attack("semicolons", request(b"/api/v1/search?q=a;q=b"), OK)
    yield Attack("page past the window", request(b"/api/v1/search?page=10001&per_page=1"), BAD)
    yield Attack("last page", request(b"/api/v1/search?page=10000&per_page=1"), OK)


def _paths() -> Iterator[Attack]:
    for path in (
        b"/../etc/passwd", b"/static/../../config.py", b"/static/..%2f..%2fconfig.py",
        b"/docs/static/..%2fapp.py", b"/api/v1/documents/..%2f..%2fetc", b"/api/v1//search",
        b"//api/v1/search", b"/api/v1/search/", b"/API/V1/SEARCH", b"/api/v2/search", b"/.git/HEAD",
        b"/api/v1/documents/%00", b"/api/v1/documents/" + b"a" * 5000, b"/%2e%2e/", b"/api/v1",
        b"/api/v1/documents/a/sections/", b"/api/v1/documents/a/sections/99999999999999999999",
        b"/api/v1/documents/nanan-2023/sections/-1", b"/api/v1/documents/nanan-2023/sections/1e1",
        b"/api/v1/documents/nanan-2023/sections/%EF%BC%91", b"/documents", b"/wp-login.php",
        b"/static/", b"/static/absent.js", b"/metrics/", b"/healthz/x", b"/openapi.yaml",
    ):  # fmt: skip
        yield Attack(f"path {path[:40]!r}", request(path), frozenset({200, 400, 404}))


def _bytes() -> Iterator[Attack]:
    for raw in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xb7\xe3\xc7\xc5",
                b"%ff", b"%c0%af", b"%ed%a0%80", b"%B7%E3", b"%fe%ff", b"a%80"):  # fmt: skip
        yield Attack(f"bytes {raw!r}", request(b"/api/v1/search?q=" + raw), frozenset({400}))
        yield Attack(f"path {raw!r}", request(b"/api/v1/documents/" + raw), frozenset({400}))
    for size in (9_000, 20_000, 100_000, 1_000_000):
        yield Attack(f"URL of {size}", request(b"/api/v1/search?q=" + b"a" * size),
                     frozenset({414, 422}))  # fmt: skip
    for name, data in {
        "no host": b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
        "no version": b"GET /healthz\r\n\r\n",
        "version 9": b"GET /healthz HTTP/9.9\r\n\r\n",
        "version 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        "space in URL": b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
        "NUL in URL": b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        "lower-case method": b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
        "long method": b"A" * 5000 + b" / HTTP/1.1\r\nHost: x\r\n\r\n",
        "bare line feeds": b"GET /healthz HTTP/1.1\nHost: x\n\n\r\n\r\n",
        "only line breaks": b"\r\n\r\n\r\n\r\n",
        "header without colon": request(b"/healthz", headers=b"nonsense\r\n"),
        "header with space": request(b"/healthz", headers=b"A : b\r\n"),
        "folded header": request(b"/healthz", headers=b"A: b\r\n c\r\n"),
        "NUL in header": request(b"/healthz", headers=b"A: \x00\r\n"),
        "two hosts": request(b"/healthz", headers=b"Host: y\r\n"),
        "header flood": request(b"/healthz", headers=b"A: b\r\n" * 5000),
        "huge header": request(b"/healthz", headers=b"A: " + b"b" * 500_000 + b"\r\n"),
        "bad length": request(b"/healthz", headers=b"Content-Length: x\r\n"),
        "negative length": request(b"/healthz", headers=b"Content-Length: -1\r\n"),
        "two lengths": request(b"/healthz", headers=b"Content-Length: 1\r\nContent-Length: 2\r\n"),
        "smuggling": request(
            b"/healthz", headers=b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"
        ),
        "odd coding": request(b"/healthz", headers=b"Transfer-Encoding: x\r\n"),
        "double coding": request(b"/healthz", headers=b"Transfer-Encoding: chunked, chunked\r\n"),
    }.items():
        yield Attack(name, data, frozenset({400, 414, 431}))
    for name, value in {
        "Accept": b"a" * 4000, "Accept ": b"*/*;q=x", "If-None-Match": b'"' * 1000,
        "If-None-Match ": b"*", "X-Request-ID": b"\xff\xfe", "Range": b"bytes=0-1",
        "Authorization": b"Bearer " + b"x" * 5000, "Cookie": b"a=b; " * 500, "Host": b"",
        "X-Forwarded-For": b"a, b, " * 200, "Accept-Encoding": b"gzip;q=9", "TE": b"trailers",
        "Origin": b"null", "Content-Type": b"x/y; charset=nope", "If-Modified-Since": b"never",
        "X_Under": b"1", "Upgrade": b"h2c", "Forwarded": b"for=evil", "Referer": b"javascript:",
    }.items():  # fmt: skip
        header = b"%s: %s\r\n" % (name.strip().encode(), value)
        statuses = ANY | {304} if value == b"*" else ANY  # the client holds any version
        yield Attack(
            f"{name}: {value[:20]!r}", request(b"/api/v1/documents", headers=header), statuses
        )


def _bodies() -> Iterator[Attack]:
    put = b"/api/v1/documents/evil"
    for name, headers, body in (
        ("no key", b"Content-Type: application/json\r\nContent-Length: 2\r\n", b"{}"),
        ("no type", b"Content-Length: 2\r\n", b"{}"),
        ("chunks that lie", b"Transfer-Encoding: chunked\r\n", b"zz\r\n\r\n"),
        ("endless promise", b"Content-Length: 99999999999999\r\n", b"x"),
        ("XML", b"Content-Type: application/xml\r\nContent-Length: 4\r\n", b"<a/>"),
    ):
        for method in (b"PUT", b"DELETE", b"POST", b"GET"):
            statuses = frozenset({400, 404, 405})
            yield Attack(f"{name} by {method!r}", request(put, method, headers, body), statuses)


def _methods() -> Iterator[Attack]:
    for method in (b"POST", b"PUT", b"PATCH", b"DELETE", b"TRACE", b"PROPFIND", b"A-B", b"FOO"):
        for path in (b"/api/v1/search", b"/healthz", b"/docs"):
            yield Attack(f"{method!r} {path!r}", request(path, method), frozenset({405}))
    for path in (b"/api/v1/search?q=a", b"/healthz", b"/nowhere", b"/api/v1/export"):
        yield Attack(f"HEAD {path!r}", request(path, b"HEAD"), ANY)
        yield Attack(f"OPTIONS {path!r}", request(path, b"OPTIONS"), ANY)
    yield Attack("OPTIONS *", request(b"*", b"OPTIONS"), ANY)
    yield Attack("CONNECT", request(b"x:443", b"CONNECT"), frozenset({400, 404, 405}))
