"""axe-core, an accessibility checker that nobody here wrote, run inside the page that the browser shows."""

import pathlib

import selenium_axe_python

SCRIPT = (pathlib.Path(selenium_axe_python.__file__).parent / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: arguments[0], resultTypes: ["violations"]}).then(
    result => done(result.violations.map(v =>
        v.id + ": " + v.help + " at " + v.nodes.map(n => n.target.join(" ") + " (" + n.failureSummary + ")").join("; "))),
    error => done(["axe did not run: " + error]));
"""


def problems(driver) -> list[str]:
    """What breaks WCAG 2.2 AA, or good practice, on the page as it is shown now: one line each."""
    driver.execute_script(SCRIPT)
    return driver.execute_async_script(RUN, RULES)
