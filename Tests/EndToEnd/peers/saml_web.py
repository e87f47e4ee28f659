"""What the SAML peers that are Python libraries run in: `python NAME_server.py FOLDER`, a process of its own. It reads
FOLDER/settings.json again whenever that changes; the first line of standard output is its base address."""

import json
import pathlib
import secrets
import socket
import sys
import threading
from collections.abc import Callable

import flask
import werkzeug.exceptions
import werkzeug.serving


class Site:
    """A Flask application, and the library's object: made by `make(settings)`, and made again for new settings."""

    def __init__(self, name: str, make: Callable[[dict], object]):
        self.folder = pathlib.Path(sys.argv[1])
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(128)
        self.base = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.make = make
        # Cookies take no notice of ports, so the name does.
        self.cookie = f"{name}-{self.listener.getsockname()[1]}"
        self.sessions: dict[str, dict] = {}
        self.received: list[dict] = []
        self._text = ""
        self._library: object = None
        self.application = flask.Flask(name)
        self.application.wsgi_app = self._one_at_a_time(self.application.wsgi_app)
        self.application.after_request(self._keep_cookie)
        self.application.register_error_handler(Exception, self._refused)
        self.application.add_url_rule("/received", view_func=lambda: flask.jsonify(self.received))

    @staticmethod
    def _one_at_a_time(answer):
        """None of the libraries promises to be called by two threads."""
        lock = threading.Lock()

        def locked(environment, start):
            with lock:
                return answer(environment, start)
        return locked

    @property
    def settings(self) -> dict:
        return json.loads((self.folder / "settings.json").read_text())

    @property
    def library(self):
        text = (self.folder / "settings.json").read_text()
        if text != self._text:
            self._library, self._text = self.make(json.loads(text)), text
        return self._library

    @property
    def session(self) -> dict:
        """This browser's, by its cookie."""
        if "session" not in flask.g:
            key = flask.request.cookies.get(self.cookie)
            flask.g.key = key if key in self.sessions else secrets.token_urlsafe()
            flask.g.session = self.sessions.setdefault(flask.g.key, {})
        return flask.g.session

    def _keep_cookie(self, response: flask.Response) -> flask.Response:
        if "key" in flask.g:
            # An assertion arrives by a POST from another site, and the cookie has to come with it.
            response.set_cookie(self.cookie, flask.g.key, httponly=True, secure=True, samesite="None")
        return response

    def _refused(self, error: Exception):
        if isinstance(error, werkzeug.exceptions.HTTPException):
            return error
        self.application.logger.exception("refused")
        return refused(f"{type(error).__name__}: {error}")

    def serve(self) -> None:
        host, port = self.listener.getsockname()
        server = werkzeug.serving.make_server(host, port, self.application, threaded=True, fd=self.listener.fileno())
        print(self.base, flush=True)
        server.serve_forever()


def refused(reason: str) -> flask.Response:
    """What the library did not accept, in its own words."""
    return flask.Response(f"refused: {reason}", 403, content_type="text/plain; charset=utf-8")


def self_posting(action: str, fields: dict[str, str]) -> str:
    """A page that posts itself, or has a button for people without scripts."""
    return flask.render_template_string(
        """<!doctype html><html lang=en><title>One moment</title><body onload="document.forms[0].submit()">
        <form method=post action="{{ action }}">{% for name, value in fields.items() %}
        <input type=hidden name="{{ name }}" value="{{ value }}">{% endfor %}
        <noscript><button>Continue</button></noscript></form>""", action=action, fields=fields)
