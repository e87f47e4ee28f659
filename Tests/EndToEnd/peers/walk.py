"""A person clicking through a sign-in, whoever shows the pages: us, Canaille, the mock provider.

The person is a `Browser` (Chromium) or a `Visitor` (no browser, much faster); both know `url`, `text`, `has(name)`,
`fill(name, value)`, `submit(name)`, `offers(words)`, `choose(words)`, `arrived(prefixes)` and `patience`."""

from collections import Counter
from collections.abc import Callable, Mapping

from .processes import eventually

Answer = str | None | Callable[[], str]
PRESS = None
# A page that asks nothing but to go on: an invitation's first page, "Send code".
GO_ON = r"^(continue|next|send (me )?(a |the )?code|get started)\b"


def walk(person, answers: Mapping[str, Answer], until: str | tuple[str, ...] = (), before: str | None = None,
         steps: int = 25) -> str:
    """Answers each page's fields by name until the address begins with `until`, or the page asks for the field
    `before`, and returns the address.

    An answer is text, a function that is asked when the field is shown (a code that has just been mailed), PRESS for a
    button or a box to tick, or a button's value where several share a name. A field that is asked a third time means
    that our answer was refused."""
    def there() -> bool:
        return person.arrived(until) or before is not None and person.has(before)

    def something_to_do() -> bool | list[str]:
        return there() or [name for name in answers if person.has(name)] or person.offers(GO_ON) and [GO_ON]

    asked: Counter[str] = Counter()
    for _ in range(steps):
        try:
            todo = eventually(something_to_do, person.patience)
        except AssertionError:
            raise AssertionError(f"nothing to answer at {person.url}:\n{person.text}") from None
        if todo is True:
            return person.url
        first = todo[0]
        asked[first] += 1
        assert asked[first] <= 2, f"asked for {first!r} again at {person.url}:\n{person.text}"
        if first is GO_ON:
            person.choose(GO_ON)
            continue
        values = {name: answers[name]() if callable(answers[name]) else answers[name] for name in todo}
        for name, value in values.items():
            person.fill(name, value, of=first)
        person.submit(first, values[first])
    raise AssertionError(f"still at {person.url} after {steps} pages:\n{person.text}")
