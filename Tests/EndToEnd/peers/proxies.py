"""nginx and HAProxy as an administrator of Debian 12 finds them: default sizes and times, plain http on loopback."""

import pathlib

from .processes import Child, accepts

# /etc/nginx/nginx.conf of Debian 12 without its user, log and site paths; every buffer as nginx has it by default.
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
worker_processes 1;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    default_type application/octet-stream;
    access_log off;
    gzip on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        server_name localhost;
        location / {{
            proxy_pass http://127.0.0.1:{upstream};
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
}}
"""

# The defaults section of Debian 12's /etc/haproxy/haproxy.cfg.
HAPROXY = """
defaults
    mode http
    option dontlognull
    timeout connect 5000
    timeout client  50000
    timeout server  50000

frontend people
    bind 127.0.0.1:{port}
    option forwardfor
    http-request set-header X-Forwarded-Proto http
    default_backend gateway

backend gateway
    server gateway 127.0.0.1:{upstream}
"""


class Proxy:
    configuration = ""
    arguments: tuple[str, ...] = ()

    def __init__(self, folder: pathlib.Path, port: int, upstream: int):
        self.folder = folder / type(self).__name__.lower()
        self.folder.mkdir()
        self.port, self.upstream = port, upstream
        self.base = f"http://localhost:{port}"

    def start(self) -> "Proxy":
        path = self.folder / "proxy.conf"
        path.write_text(self.configuration.format(folder=self.folder, port=self.port, upstream=self.upstream))
        arguments = [argument.format(path=path, folder=self.folder) for argument in self.arguments]
        self.child = Child(arguments, self.folder / "proxy.log")
        self.child.wait_until(lambda: accepts(self.port))
        return self

    def stop(self) -> None:
        self.child.stop()


class Nginx(Proxy):
    configuration = NGINX
    arguments = ("/usr/sbin/nginx", "-p", "{folder}", "-c", "{path}", "-e", "stderr")


class HAProxy(Proxy):
    configuration = HAPROXY
    arguments = ("/usr/sbin/haproxy", "-db", "-f", "{path}")
