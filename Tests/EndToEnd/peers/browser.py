"""Headless Chromium, Debian's, driven by Debian's chromedriver: selenium downloads nothing."""

import os
import pathlib
import re
import tempfile

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from . import accessibility
from .processes import eventually

PHONE = (390, 844)
DESKTOP = (1280, 900)


class Browser:
    """One window with a profile of its own. Its cookies are shared by its tabs and with nobody else."""

    patience = 15.0

    def __init__(self, driver: webdriver.Chrome, screenshots: pathlib.Path):
        self.driver = driver
        self.screenshots = screenshots
        self.size(DESKTOP)

    def open(self, url: str) -> "Browser":
        self.driver.get(url)
        return self

    @property
    def url(self) -> str:
        return self.driver.current_url

    @property
    def text(self) -> str:
        try:
            return self.driver.find_element(By.TAG_NAME, "body").text
        except (NoSuchElementException, StaleElementReferenceException):
            return ""

    def element(self, name: str) -> WebElement | None:
        """The field or button of that name, if a person could see and use it."""
        try:
            for found in self.driver.find_elements(By.NAME, name):
                if found.is_displayed() and found.is_enabled():
                    return found
        except StaleElementReferenceException:
            pass  # The page went on while we looked.
        return None

    def has(self, name: str) -> bool:
        return self.element(name) is not None

    def arrived(self, until: str | tuple[str, ...]) -> bool:
        return self.url.startswith(until)

    def fill(self, name: str, value: str | None, of: str | None = None) -> None:
        field = self.element(name)
        if field is None or field.get_attribute("type") in ("submit", "image"):
            return
        if field.get_attribute("type") in ("checkbox", "radio"):
            if not field.is_selected():
                field.click()
        elif value is not None:
            field.clear()
            field.send_keys(value)

    def submit(self, name: str, value: str | None = None) -> "Browser":
        """Presses the button of that name (and value), or the first one of the form that has the field; waits for the
        next page."""
        field = self.element(name)
        if field.get_attribute("type") in ("submit", "image") and value is not None:
            field = next(button for button in self.driver.find_elements(By.NAME, name)
                         if button.get_attribute("value") == value)
        elif field.get_attribute("type") not in ("submit", "image"):
            form = field.find_element(By.XPATH, "./ancestor::form")
            buttons = form.find_elements(By.CSS_SELECTOR, "button:not([type=button]), input[type=submit]")
            field = next(button for button in buttons if button.is_displayed())
        return self.press(field)

    def press(self, element: WebElement) -> "Browser":
        page = self.driver.find_element(By.TAG_NAME, "html")
        element.click()

        def gone() -> bool:
            try:
                page.is_enabled()
                return False
            except StaleElementReferenceException:
                return True
            except WebDriverException as error:
                # Between two documents chromedriver may not know the node any more, in other words than "stale".
                return "does not belong to the document" in str(error) or "no such" in str(error)
        eventually(gone, self.patience, f"the page after {self.url}")
        return self

    def labelled(self, words: str) -> WebElement | None:
        """A link or button by what is written on it, a regular expression."""
        try:
            for element in self.driver.find_elements(By.CSS_SELECTOR, "button, input[type=submit], a"):
                label = element.text or element.get_attribute("value") or ""
                if re.search(words, label.strip(), re.IGNORECASE) and element.is_displayed():
                    return element
        except StaleElementReferenceException:
            pass
        return None

    def offers(self, words: str) -> bool:
        return self.labelled(words) is not None

    def choose(self, words: str) -> "Browser":
        return self.press(eventually(lambda: self.labelled(words), self.patience,
                                     f"a link or button {words!r} at {self.url}"))

    # What it looks like.

    def size(self, size: tuple[int, int]) -> "Browser":
        width, height = size
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
        return self

    def colors(self, scheme: str) -> "Browser":
        """"light" or "dark", as the person's system prefers."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        return self

    def evaluate(self, expression: str):
        return self.driver.execute_script(f"return {expression}")

    @property
    def overflows(self) -> bool:
        """Whether the page has to be scrolled sideways."""
        return self.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def shot(self, name: str) -> pathlib.Path:
        self.screenshots.mkdir(exist_ok=True)
        path = self.screenshots / f"{name}.png"
        assert self.driver.save_screenshot(str(path))
        return path

    def shots(self, name: str, checked: bool = True) -> None:
        """Phone and desktop, light and dark; nothing may stick out sideways, and axe has nothing to complain of."""
        for label, size in (("phone", PHONE), ("desktop", DESKTOP)):
            for scheme in ("light", "dark"):
                self.size(size).colors(scheme)
                assert not self.overflows, f"{self.url} is wider than a {label}"
                self.shot(f"{name}-{label}-{scheme}")
                # Colours and sizes are apart: two of the four show both of each.
                if checked and (label, scheme) in (("phone", "light"), ("desktop", "dark")):
                    assert accessibility.problems(self.driver) == [], f"{self.url} on a {label}, {scheme}"
        self.size(DESKTOP).colors("light")

    @property
    def complaints(self) -> list[str]:
        """What the console says at level SEVERE since last asked: a blocked script or form shows here."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    # Tabs.

    def tab(self, url: str) -> str:
        """Opens another tab and stays there; the answer is for `switch`."""
        self.driver.switch_to.new_window("tab")
        self.size(DESKTOP).open(url)
        return self.driver.current_window_handle

    def switch(self, tab: str) -> "Browser":
        self.driver.switch_to.window(tab)
        return self

    def close(self) -> None:
        self.driver.quit()


class BrowserFactory:
    def __init__(self, folder: pathlib.Path, screenshots: pathlib.Path):
        self.folder, self.screenshots = folder, screenshots

    def __enter__(self) -> "BrowserFactory":
        return self

    def __exit__(self, *_) -> None:
        pass

    def open(self, javascript: bool = True, trusting: bool = False) -> "OpenBrowser":
        """`trusting` accepts the development CA; without `javascript` no page's script runs."""
        return OpenBrowser(self, javascript, trusting)


class OpenBrowser:
    def __init__(self, factory: BrowserFactory, javascript: bool, trusting: bool):
        self.factory, self.javascript, self.trusting = factory, javascript, trusting

    def __enter__(self) -> Browser:
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        profile = tempfile.mkdtemp(prefix="chromium-", dir=self.factory.folder)
        for argument in (
                "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
                "--no-proxy-server", "--lang=en", "--disable-background-networking", "--disable-component-update",
                f"--user-data-dir={profile}"):
            options.add_argument(argument)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # Chromium's sandbox refuses to start as root.
        options.accept_insecure_certs = self.trusting
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if not self.javascript:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        service = Service("/usr/bin/chromedriver", log_output=str(self.factory.folder / "chromedriver.log"))
        self.window = Browser(webdriver.Chrome(options=options, service=service), self.factory.screenshots)
        return self.window

    def __exit__(self, *_) -> None:
        self.window.close()
