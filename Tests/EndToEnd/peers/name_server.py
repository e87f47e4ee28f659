"""A recursive resolver as far as we ask one: TXT records, by UDP and TCP, in dnspython's messages."""

import contextlib
import socket
import socketserver
import struct
import threading

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset


class NameServer:
    """`texts[domain]` is a list of texts, or a code such as "SERVFAIL"; what is not in it is NXDOMAIN, an empty list
    NODATA. A text that begins with "=> " makes the domain an alias."""

    def __init__(self):
        self.texts: dict[str, list[str] | str] = {}
        self.asked: list[tuple[str, str]] = []

    def __enter__(self) -> "NameServer":
        while True:
            self.tcp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler("tcp"))
            self.port = self.tcp.server_address[1]
            with contextlib.suppress(OSError):
                self.udp = socketserver.ThreadingUDPServer(("127.0.0.1", self.port), self._handler("udp"))
                break
            self.tcp.server_close()
        for server in (self.tcp, self.udp):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        for server in (self.tcp, self.udp):
            server.shutdown()
            server.server_close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def _handler(self, transport: str):
        name_server = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                if transport == "udp":
                    wire, client = self.request
                    client.sendto(name_server.answer(wire, transport), self.client_address)
                    return
                (length,) = struct.unpack("!H", self.request.recv(2, socket.MSG_WAITALL))
                answer = name_server.answer(self.request.recv(length, socket.MSG_WAITALL), transport)
                self.request.sendall(struct.pack("!H", len(answer)) + answer)

        return Handler

    def answer(self, wire: bytes, transport: str) -> bytes:
        query = dns.message.from_wire(wire)
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True)
        self.asked.append((name, transport))
        response = dns.message.make_response(query, recursion_available=True)
        texts = self.texts.get(name, "NXDOMAIN")
        if isinstance(texts, str):
            response.set_rcode(dns.rcode.from_text(texts))
        elif question.rdtype == dns.rdatatype.TXT and texts:
            if texts[0].startswith("=> "):
                target = texts[0][3:] + "."
                response.answer.append(dns.rrset.from_text(question.name, 300, "IN", "CNAME", target))
                question_name, texts = dns.name.from_text(target), texts[1:]
            else:
                question_name = question.name
            quoted = [" ".join(f'"{text[i:i + 200]}"' for i in range(0, len(text), 200)) for text in texts]
            if quoted:
                response.answer.append(dns.rrset.from_text_list(question_name, 300, "IN", "TXT", quoted))
        if transport == "tcp":
            return response.to_wire(max_size=65535)
        try:
            return response.to_wire(max_size=512)
        except dns.exception.TooBig:
            response.answer.clear()
            response.flags |= dns.flags.TC
            return response.to_wire()
