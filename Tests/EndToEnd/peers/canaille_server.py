"""Canaille as a process of its own: `python canaille_server.py FOLDER`. Its configuration is FOLDER/canaille.toml and
its people are FOLDER/people.json; it keeps them in memory. The first line of standard output is its issuer."""

import json
import os
import pathlib
import socket
import sys
import tomllib

import werkzeug.serving


def main(folder: pathlib.Path) -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    address = f"127.0.0.1:{listener.getsockname()[1]}"

    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend

    configuration = tomllib.loads((folder / "canaille.toml").read_text())
    app = create_app(config={**configuration, "SERVER_NAME": address, "PREFERRED_URL_SCHEME": "http"})
    with app.app_context():
        for person in json.loads((folder / "people.json").read_text()):
            password = person.pop("password")
            user = models.User(**person)
            Backend.instance.save(user)
            Backend.instance.set_user_password(user, password)

    server = werkzeug.serving.make_server(*address.split(":"), app, threaded=True, fd=listener.fileno())
    print(f"http://{address}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    main(pathlib.Path(sys.argv[1]))
