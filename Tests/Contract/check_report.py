"""Opens reports in headless Chromium, as readers do: check_report.py PROGRAM SWEEP WORK.

The report of SWEEP and one of a thousand runs must load fast and alone, say the same with and without scripts, sort and filter, fit a
phone, print, and stand out from the page in light and dark. Screenshots are left in WORK.
"""

import base64
import json
import pathlib
import subprocess
import sys

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

PROGRAM, SWEEP, WORK = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])

THOUSAND = """
featherweight: 1
name: thousand
about: A thousand runs, each as small as can be, called <script>alert(1)</script> & "more".
base:
  dataset: {name: synthetic-digits, train: 50, test: 20}
  model: {name: mlp, hidden: [4]}
  training: {batch: 8, localEpochs: 1}
  prepass: {epochs: 1, snapshotEvery: 1}
  federation: {rounds: 2}
sweep:
  grid:
    codec: [{name: identity}, {name: float16}, {name: qsgd}, {name: sign}, {name: topk}]
    training.learningRate: [0.01, 0.02, 0.05, 0.1]
    seed: SEEDS
"""


def need(condition, message):
    if not condition:
        sys.exit(f"check_report: {message}")


def run(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    need(done.returncode == 0, f"'featherweight {' '.join(map(str, arguments))}' failed: {done.stderr}")


def start():
    """Chromium as Debian has it; nothing is downloaded."""
    for path in ("/usr/bin/chromium", "/usr/bin/chromedriver"):
        need(pathlib.Path(path).exists(), f"{path} is missing: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


class Page:
    """A report in the browser."""

    def __init__(self, browser, path):
        self.browser, self.path = browser, path
        self.width(1200)
        self.open()

    def open(self):
        self.browser.get(self.path.resolve().as_uri())

    def js(self, expression):
        return self.browser.execute_script(f"return {expression}")

    def width(self, pixels):
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": pixels < 600})

    def dark(self, is_dark):
        self.browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}]})

    def shoot(self, name):
        # A page of a thousand rows is longer than a picture can be.
        height = min(self.js("document.documentElement.scrollHeight"), 9000)
        width = self.js("document.documentElement.clientWidth")
        picture = self.browser.execute_cdp_cmd(
            "Page.captureScreenshot",
            {"captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}})
        (WORK / f"{name}.png").write_bytes(base64.b64decode(picture["data"]))

    def rows(self):
        """The cells of the rows of the table of every run that are shown."""
        return self.js(
            "Array.from(document.querySelectorAll('#runs tbody tr:not([hidden])'), r => Array.from(r.cells, c => c.textContent))")

    def numbers(self, column):
        """What rows are sorted by in a column of numbers; None where there is none."""
        return self.js(
            f"Array.from(document.querySelectorAll('#runs tbody tr'), r => r.cells[{column}])"
            ".map(c => c.dataset.v ?? c.textContent).map(t => t === '–' ? null : Number(t))")

    def heading(self, name):
        names = self.js("Array.from(document.querySelectorAll('#runs th'), h => h.textContent)")
        need(name in names, f"{self.path}: no column '{name}' in {names}")
        return names.index(name)

    def press(self, column):
        """Sorts by a column with the keyboard alone."""
        self.browser.find_elements(By.CSS_SELECTOR, "#runs th button")[column].send_keys(Keys.ENTER)
        return self.js(f"document.querySelectorAll('#runs th')[{column}].getAttribute('aria-sort')")

    def need(self, condition, message):
        need(condition, f"{self.path}: {message}")


def check_contents(page, plan):
    page.need(page.browser.find_element(By.TAG_NAME, "h1").text == plan["name"], "its heading is not the sweep's name")
    sections = [h.text for h in page.browser.find_elements(By.TAG_NAME, "h2")]
    wanted = ["Results", "Figures", "Provenance", "Every run"]
    page.need([s for s in sections if s != "Failures"] == wanted, f"its sections are {sections}")
    figures = [h.text.split(". ")[1] for h in page.browser.find_elements(By.CSS_SELECTOR, "figure h3")]
    for title in ("Convergence", "Accuracy against bytes", "How the data is divided", "What crossed"):
        page.need(title in figures, f"no figure '{title}' in {figures}")
    page.need(len(page.rows()) == len(plan["cells"]), f"{len(page.rows())} rows for {len(plan['cells'])} runs")
    unnamed = page.js(
        "Array.from(document.querySelectorAll('svg[role=img]')).filter(s => !s.querySelector(':scope > title')?.textContent"
        " || !s.querySelector(':scope > desc')?.textContent).length")
    page.need(unnamed == 0, f"{unnamed} figures have no title or description")
    page.need(page.js("document.querySelectorAll('[d*=NaN], [x*=NaN], [d*=inf]').length") == 0, "a figure has a place that is no number")
    page.need(page.js("document.scripts.length") == 1, "there are scripts that are not its own")
    page.need(page.js("performance.getEntriesByType('resource').length") == 0, "it loads something")


def check_sorting(page):
    column = page.heading("final accuracy")
    before = page.rows()
    for direction in ("ascending", "descending"):
        page.need(page.press(column) == direction, f"a heading that was pressed is not marked {direction}")
        values = page.numbers(column)
        known = [v for v in values if v is not None]
        page.need(known == sorted(known, reverse=direction == "descending"), f"accuracies are not {direction}: {known[:9]}")
        page.need(None not in values[:len(known)], "rows without a number are not last")
    page.press(page.heading("id"))
    ids = [row[0] for row in page.rows()]
    page.need(ids == sorted(ids) and len(ids) == len(before), "ids are not sorted as texts")
    sorted_by = page.js("document.querySelectorAll('#runs th[aria-sort]').length")
    page.need(sorted_by == 1, f"{sorted_by} headings say that rows are sorted by them")


def check_filters(page):
    count = len(page.rows())
    words = page.browser.find_element(By.ID, "words")
    shown = page.browser.find_element(By.ID, "shown")
    identifier = page.rows()[0][0]
    words.send_keys(identifier[:10])
    page.need([row[0] for row in page.rows()] == [identifier], "the digits of one run do not choose it alone")
    page.need(shown.text == f"1 of {count} runs", f"the count says '{shown.text}'")
    words.clear()
    words.send_keys("no such run")
    page.need(not page.rows() and shown.text == f"0 of {count} runs", "words that no row has do not hide all rows")
    words.clear()
    words.send_keys(Keys.BACKSPACE)
    states = Select(page.browser.find_element(By.ID, "states"))
    for option in [o.get_attribute("value") for o in states.options][1:]:
        states.select_by_value(option)
        page.need(page.rows() and all(option in row for row in page.rows()), f"state '{option}' does not choose its rows")
    states.select_by_value("")
    page.need(len(page.rows()) == count, "rows do not come back when nothing is asked")


def luminance(colour):
    parts = [int(colour.strip()[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def check_colours(page, mode):
    """Contrast as WCAG 2.2 counts it: 4.5 for text, 3 for what a figure says."""
    def colour(name):
        return page.js(f"getComputedStyle(document.documentElement).getPropertyValue('--{name}')")

    paper = luminance(colour("page"))
    least = {"text": 4.5, "quiet": 4.5, "accent": 4.5, "heat": 3} | {f"c{i}": 3 for i in range(8)}
    for name, wanted in least.items():
        ink = luminance(colour(name))
        ratio = (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05)
        page.need(ratio >= wanted, f"--{name} has a contrast of {ratio:.2f} in {mode}; {wanted} is needed")


def check_looks(page, name):
    for mode in ("light", "dark"):
        page.dark(mode == "dark")
        check_colours(page, mode)
        page.shoot(f"{name}-{mode}")
    page.dark(False)
    for width in (360, 390):
        page.width(width)
        overflow = page.js("document.documentElement.scrollWidth")
        page.need(overflow <= width, f"it is {overflow} pixels wide on a screen of {width}")
    page.shoot(f"{name}-phone")
    page.width(1200)
    pdf = base64.b64decode(page.browser.print_page())
    page.need(pdf.startswith(b"%PDF") and len(pdf) > 10_000, "it does not print")
    (WORK / f"{name}.pdf").write_bytes(pdf)


def check_without_script(page):
    """The rows are in the page itself; what only the script can serve is not shown."""
    rows = len(page.rows())
    page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    page.open()
    page.need(len(page.browser.find_elements(By.CSS_SELECTOR, "#runs tbody tr")) == rows, "rows are missing without scripts")
    page.need(not page.browser.find_element(By.ID, "words").is_displayed(), "a filter is shown that does nothing without scripts")
    page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def check(browser, sweep, name):
    """Checks a sweep's report; its size in bytes and how long it took to load in milliseconds."""
    path = WORK / f"{name}.html"
    run("report", sweep, "--out", path)
    again = WORK / f"{name}-again.html"
    run("report", sweep, "--out", again)
    need(path.read_bytes() == again.read_bytes(), f"two reports of {sweep} differ")
    plan = json.loads((sweep / "plan.json").read_text())
    page = Page(browser, path)
    took = page.js("performance.timing.loadEventEnd - performance.timing.navigationStart")
    page.need(0 < took < 2000, f"it takes {took} ms to load; 2000 are allowed")
    check_contents(page, plan)
    check_sorting(page)
    check_filters(page)
    check_looks(page, name)
    check_without_script(page)
    logged = [entry["message"] for entry in browser.get_log("browser")]
    page.need(not logged, f"the browser complains: {logged[:3]}")
    return path.stat().st_size, took


def main():
    thousand = WORK / "thousand"
    spec = WORK / "thousand.yaml"
    spec.write_text(THOUSAND.replace("SEEDS", str(list(range(1, 51)))).strip() + "\n")
    run("run", spec, "--jobs", 2, "--quiet", "--out", thousand)
    browser = start()
    try:
        check(browser, SWEEP, "sweep")
        size, took = check(browser, thousand, "thousand")
    finally:
        browser.quit()
    need(size < 1_500_000, f"the report of 1,000 runs takes {size} bytes; 1,500,000 are allowed")
    print(f"reports open in Chromium alone, sort, filter, print; 1,000 runs: {size / 1e6:.2f} MB, loaded in {took} ms")


main()
