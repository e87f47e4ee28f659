"""A person without a browser: cookies, forms, redirects, `<meta http-equiv="refresh">` and the pages of SAML and
WS-Federation that post themselves, nothing else. For flows by the hundred, and for the looks behind a page that a
browser does not allow."""

import dataclasses
import http.cookiejar
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from requests.cookies import get_cookie_header


@dataclasses.dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = dataclasses.field(default_factory=dict)
    boxes: dict[str, str] = dataclasses.field(default_factory=dict)
    # Each button's words, name and value.
    buttons: list[tuple[str, str, str]] = dataclasses.field(default_factory=list)
    hidden: set[str] = dataclasses.field(default_factory=set)

    def asks(self, name: str) -> bool:
        return name not in self.hidden and (
            name in self.fields or name in self.boxes or any(button[1] == name for button in self.buttons))


class _Reader(HTMLParser):
    def __init__(self, base: str):
        super().__init__()
        self.base = base
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.refresh: str | None = None
        self.words: list[str] = []
        self._form: Form | None = None
        self._silent = 0
        self._link: str | None = None
        self._button: list[str] | None = None

    def handle_starttag(self, tag, attributes):
        a = {name: value or "" for name, value in attributes}
        name, value = a.get("name"), a.get("value", "")
        if tag == "form":
            # An empty action is this page's own address, query included.
            self._form = Form(urljoin(self.base, a.get("action") or self.base), a.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag in ("script", "style"):
            self._silent += 1
        elif tag == "a" and "href" in a:
            self._link = urljoin(self.base, a["href"])
        elif tag == "meta" and a.get("http-equiv", "").lower() == "refresh":
            if found := re.match(r"\s*0*\s*[;,]\s*url\s*=\s*['\"]?(.*?)['\"]?\s*$", a.get("content", ""), re.I):
                self.refresh = urljoin(self.base, found[1])
        elif self._form is not None and "disabled" not in a and tag in ("button", "input", "textarea", "select"):
            kind = a.get("type", "submit" if tag == "button" else "text").lower()
            if tag == "button" and kind == "submit" or tag == "input" and kind in ("submit", "image"):
                # A button without a name presses too; its label comes as text.
                self._form.buttons.append((value if tag == "input" else "", name or "", value))
                self._button = [] if tag == "button" else None
            elif not name:
                pass
            elif tag == "input" and kind in ("checkbox", "radio"):
                self._form.boxes.setdefault(name, value or "on")
                if "checked" in a:
                    self._form.fields[name] = value or "on"
            elif tag in ("input", "textarea", "select"):
                self._form.fields[name] = value
                if kind == "hidden":
                    self._form.hidden.add(name)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag in ("script", "style"):
            self._silent -= 1
        elif tag == "a":
            self._link = None
        elif tag == "button" and self._button is not None:
            _, name, value = self._form.buttons[-1]
            self._form.buttons[-1] = (" ".join(self._button), name, value)
            self._button = None

    def handle_data(self, data):
        if not self._silent and data.strip():
            self.words.append(data.strip())
            if self._button is not None:
                self._button.append(data.strip())
            if self._link:
                self.links.append((data.strip(), self._link))


# The hidden field by which a page that a script would post at once is known.
MESSAGES = {"SAMLRequest", "SAMLResponse", "wresult"}


class Visitor:
    """`stops` are prefixes of addresses that are reached but not asked for: an application's redirect URI.
    With `posts_itself` false a page with a SAML or WS-Federation message stays, to be looked at; `post_on` sends it."""

    patience = 0.0
    posts_itself = True

    def __init__(self, ca: str | None = None, stops: tuple[str, ...] = ()):
        self.session = requests.Session()
        # As browsers do on localhost: Secure cookies also over plain http.
        self.session.cookies.set_policy(
            http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https"), strict_domain=False))
        self.session.verify = ca or True
        self.stops = stops
        self.url = ""
        self.response: requests.Response | None = None
        self.page: _Reader | None = None

    def come_from(self, address: str) -> None:
        """Connects from this loopback address."""
        class From(requests.adapters.HTTPAdapter):
            def init_poolmanager(self, *arguments, **named):
                super().init_poolmanager(*arguments, source_address=(address, 0), **named)
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, From())

    def open(self, url: str) -> "Visitor":
        return self._go("GET", url)

    def _go(self, method: str, url: str, form: dict[str, str] | None = None, origin: str | None = None) -> "Visitor":
        for _ in range(20):
            self.url, self.page, self.response = url, None, None
            if method == "GET" and url.startswith(self.stops):
                return self
            headers = {"Accept": "text/html", "Accept-Language": "en"}
            if method == "POST" and origin:
                headers["Origin"] = origin
            self.response = answer = self._ask(method, url, form, headers)
            if answer.is_redirect:
                url = urljoin(url, answer.headers["Location"])
                if answer.status_code not in (307, 308):
                    method, form = "GET", None
                continue
            self.page = _Reader(url)
            if "html" in answer.headers.get("Content-Type", ""):
                self.page.feed(answer.text)
            if self.page.refresh is not None:
                method, url, form = "GET", self.page.refresh, None
            elif self.posts_itself and (message := self.message_form):
                parts = urlsplit(url)
                method, url, form, origin = "POST", message.action, message.fields, f"{parts.scheme}://{parts.netloc}"
            else:
                return self
        raise AssertionError(f"no end of redirects: {url}")

    def _ask(self, method: str, url: str, form: dict[str, str] | None, headers: dict[str, str]) -> requests.Response:
        request = self.session.prepare_request(requests.Request(method, url, data=form, headers=headers))
        # requests copies the cookies into a jar of its own, without our policy.
        request.headers.pop("Cookie", None)
        if cookies := get_cookie_header(self.session.cookies, request):
            request.headers["Cookie"] = cookies
        return self.session.send(request, allow_redirects=False, timeout=30, verify=self.session.verify)

    @property
    def message_form(self) -> Form | None:
        """The form that carries a SAML or WS-Federation message to the other side."""
        forms = self.page.forms if self.page else []
        return next((form for form in forms if form.method == "post" and form.hidden & MESSAGES), None)

    def post_on(self, **changed: str) -> "Visitor":
        """Sends the message of this page, with these fields changed."""
        parts, form = urlsplit(self.url), self.message_form
        return self._go("POST", form.action, {**form.fields, **changed}, f"{parts.scheme}://{parts.netloc}")

    @property
    def text(self) -> str:
        return " ".join(self.page.words) if self.page else ""

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def query(self) -> dict[str, str]:
        """The query of the address that was reached, each parameter once."""
        values = parse_qs(urlsplit(self.url).query, keep_blank_values=True)
        assert all(len(value) == 1 for value in values.values()), self.url
        return {name: value[0] for name, value in values.items()}

    def form(self, name: str) -> Form | None:
        return next((form for form in (self.page.forms if self.page else []) if form.asks(name)), None)

    def has(self, name: str) -> bool:
        return self.form(name) is not None

    def arrived(self, until: str | tuple[str, ...]) -> bool:
        return self.url.startswith(until)

    def fill(self, name: str, value: str | None, of: str | None = None) -> None:
        """Types, ticks or chooses; `of` names a field of the form that is meant."""
        form = self.form(of or name)
        if name in form.boxes:
            form.fields[name] = value or form.boxes[name]
        elif name in form.fields:
            form.fields[name] = value or ""

    def submit(self, name: str, value: str | None = None) -> "Visitor":
        """Sends the form that has the field: by the button of that name (and value), else by its first button."""
        form = self.form(name)
        own = [button for button in form.buttons if button[1] == name and value in (None, button[2])]
        _, button, pressed = (own or form.buttons or [("", "", "")])[0]
        return self._send(form, button, pressed)

    def _labelled(self, words: str) -> tuple[Form, str, str] | None:
        for form in self.page.forms if self.page else []:
            for label, name, value in form.buttons:
                if re.search(words, label, re.IGNORECASE):
                    return form, name, value
        return None

    def offers(self, words: str) -> bool:
        """Whether there is a button, or a link, with these words (a regular expression) on it."""
        return self._labelled(words) is not None or any(
            re.search(words, text, re.IGNORECASE) for text, _ in (self.page.links if self.page else []))

    def choose(self, words: str) -> "Visitor":
        if found := self._labelled(words):
            return self._send(*found)
        return self.open(self.link(words))

    def _send(self, form: Form, button: str, value: str) -> "Visitor":
        values = {**form.fields, **({button: value} if button else {})}
        parts = urlsplit(self.url)
        if form.method == "get":
            return self._go("GET", requests.Request("GET", form.action, params=values).prepare().url)
        return self._go("POST", form.action, values, f"{parts.scheme}://{parts.netloc}")

    def link(self, words: str) -> str:
        return next(url for text, url in self.page.links if re.search(words, text, re.IGNORECASE))
