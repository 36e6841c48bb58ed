"""The pages of reports, in a real browser: what they load, and whether everyone can use them."""
import json
import pathlib
import tempfile
import unittest
from urllib.parse import unquote

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import frames
import samples
from browser import Browser

SCREENSHOTS = samples.ROOT / ".build" / "pages"
WIDTHS = (360, 1920)


def setUpModule():
    """Makes all pages, and starts a browser for each colour scheme."""
    temporary = tempfile.TemporaryDirectory(prefix="reelpress-pages-")
    unittest.addModuleCleanup(temporary.cleanup)
    Shown.folder = pathlib.Path(temporary.name)
    reports = samples.bucket(Shown.folder / "bucket") / "reports"
    Shown.pages = {name: reports / "preserve" / f"{file}.html" for name, file in (
        ("done", "done.mkv"), ("kept", "kept.mkv"), ("failed", "failed.mp4"), ("hdr", "hdr.mkv"))}
    Shown.pages |= {f"hostile {number}": reports / "preserve" / f"{name}.html"
                    for number, name in enumerate(samples.HOSTILE)}
    Shown.pages |= {
        "running": samples.running(Shown.folder / "one"), "searched": samples.searched(Shown.folder / "one"),
        "index": reports / "index.html"}
    Shown.browser, Shown.dark = Browser(), Browser(dark=True)
    unittest.addModuleCleanup(Shown.browser.close)
    unittest.addModuleCleanup(Shown.dark.close)


class Shown(unittest.TestCase):
    """Pages that are looked at."""

    def open(self, name, width=1280, browser=None):
        """Shows a page whose log is empty."""
        browser = browser or self.browser
        browser.messages(), browser.requests()
        browser.open(self.pages[name], width)
        return browser


class Pages(Shown):
    """All kinds of pages."""

    def test_they_load_nothing_and_complain_about_nothing(self):
        for name, path in self.pages.items():
            with self.subTest(name):
                browser = self.open(name)
                self.assertEqual(browser.messages(), [])
                self.assertEqual([unquote(url) for url in browser.requests()], [unquote(path.resolve().as_uri())])

    def test_they_fit_into_every_window(self):
        for name in self.pages:
            for width in WIDTHS:
                with self.subTest(name, width=width):
                    browser = self.open(name, width)
                    self.assertEqual(browser.overflow(), 0)
                    browser.screenshot(SCREENSHOTS / f"{name}-{width}.png")

    def test_everyone_can_use_them(self):
        for browser, scheme in ((self.browser, "light"), (self.dark, "dark")):
            for name in self.pages:
                with self.subTest(name, scheme=scheme):
                    self.open(name, browser=browser)
                    self.assertEqual(browser.violations(), [])
                    if scheme == "dark":
                        browser.screenshot(SCREENSHOTS / f"{name}-dark.png")

    def test_hostile_names_are_text(self):
        for number, name in enumerate(samples.HOSTILE):
            with self.subTest(name):
                browser = self.open(f"hostile {number}")
                shown = browser.driver.find_element(By.TAG_NAME, "h1").text
                self.assertEqual(shown, name.replace("\u202e", "⟨U+202E⟩"))
        # An alert would make each of these calls fail.
        self.open("done")
        self.assertIn("<script>alert(1)</script>", self.browser.driver.find_element(By.CLASS_NAME, "streams").text)

    def test_a_running_page_loads_itself_again(self):
        driver = self.open("running").driver
        self.assertTrue(driver.find_element(By.ID, "reload").is_selected())
        self.assertIn("location.reload()", driver.page_source)


class Frames(Shown):
    """The frames before and after."""

    def stage(self):
        """The slider that is shown."""
        return next(stage for stage in self.browser.driver.find_elements(By.CLASS_NAME, "stage") if stage.is_displayed())

    def cut(self):
        """Where the frame before ends, in percent of its width."""
        return self.browser.driver.execute_script(
            "return parseFloat(getComputedStyle(arguments[0]).getPropertyValue('--cut'))", self.stage())

    def test_the_slider_moves_by_mouse_and_by_keyboard(self):
        for name in ("done", "hdr"):
            with self.subTest(name):
                driver = self.open(name).driver
                self.assertEqual(self.cut(), 50)
                stage = self.stage()
                offset = stage.size["width"] // 4
                ActionChains(driver).move_to_element_with_offset(stage, offset, 0).click().perform()
                self.assertAlmostEqual(self.cut(), 75, delta=3)
                before = self.cut()
                ActionChains(driver).send_keys(Keys.ARROW_LEFT).perform()
                self.assertEqual(self.cut(), before - 1)

    def test_one_frame_is_shown_at_a_time(self):
        driver = self.open("done").driver
        choices = driver.find_elements(By.NAME, "frame")
        self.assertGreater(len(choices), 1)
        for number, choice in enumerate(choices):
            choice.click()
            shown = [figure.is_displayed() for figure in driver.find_elements(By.CLASS_NAME, "compare")]
            self.assertEqual(shown, [place == number for place in range(len(choices))])
        choices[0].click()
        choices[0].send_keys(Keys.ARROW_RIGHT)
        self.assertTrue(choices[1].is_selected())

    def test_the_frames_are_those_of_the_files(self):
        """A JPEG adds its own error, so that the images differ somewhat more than the frames."""
        bucket = self.folder / "bucket"
        found = frames.worst(
            self.pages["done"].with_suffix(".json"), self.pages["done"], bucket / "input/preserve/done.mkv",
            next((bucket / "output/preserve").glob("done.*")), self.folder)
        self.assertAlmostEqual(found["files"], found["report"], delta=0.02)
        self.assertAlmostEqual(found["page"], found["frames"], delta=0.5)
        self.assertGreater(min(found["before"], found["after"]), 38)


class Plots(Shown):
    """The timeline, and the search for a CRF."""

    def test_the_search_is_a_curve_with_its_target(self):
        driver = self.open("searched").driver
        plot = driver.find_element(By.CSS_SELECTOR, ".search svg")
        found = json.loads(self.pages["searched"].with_suffix(".json").read_text())["search"]
        self.assertEqual(len(plot.find_elements(By.TAG_NAME, "circle")), len(found["probes"]))
        for probe in found["probes"]:
            self.assertIn(f"CRF {probe['crf']:g} has {probe['mean']:.1f}", plot.get_attribute("aria-label"))
        box = plot.rect
        for shape in plot.find_elements(By.CSS_SELECTOR, "circle, text"):
            self.assertTrue(box["x"] <= shape.rect["x"] <= box["x"] + box["width"], shape.rect)
            self.assertTrue(box["y"] <= shape.rect["y"] <= box["y"] + box["height"], shape.rect)

    def test_the_timeline_names_the_chunks_and_their_crf(self):
        driver = self.open("searched").driver
        found = json.loads(self.pages["searched"].with_suffix(".json").read_text())
        self.assertIn(f"All {len(found['quality']['chunks'])} chunks have the CRF {found['settings']['crf']:g}.", driver.page_source)


class Summary(Shown):
    """The table of the summary."""

    def names(self):
        """The names in the table, from top to bottom."""
        return [row.text for row in self.browser.driver.find_elements(By.CSS_SELECTOR, "tbody th")]

    def button(self, name):
        """A column's head."""
        return self.browser.driver.find_element(By.CSS_SELECTOR, f"button[data-column={name}]")

    def sorting(self, name):
        """What a screen reader says about a column."""
        return self.button(name).find_element(By.XPATH, "..").get_attribute("aria-sort")

    def test_failures_come_first(self):
        self.open("index")
        self.assertTrue(all("failed.mp4" in name or "<b>" in name for name in self.names()[:2]), self.names())

    def test_it_sorts_by_mouse_and_by_keyboard(self):
        self.open("index")
        ascending = sorted(self.names(), key=str.lower)
        self.button("name").click()
        self.assertEqual(self.sorting("name"), "ascending")
        self.assertEqual(set(self.names()), set(ascending))
        first = self.names()
        self.button("name").send_keys(Keys.ENTER)
        self.assertEqual((self.names(), self.sorting("name")), (first[::-1], "descending"))
        self.button("before").send_keys(Keys.SPACE)
        self.assertEqual((self.sorting("before"), self.sorting("name")), ("descending", "none"))
        self.assertIn("done.mkv", self.names()[0])

    def test_it_filters(self):
        browser = self.open("index")
        browser.driver.find_element(By.ID, "filter").send_keys("HDR")
        self.assertEqual(self.names(), ["input/preserve/hdr.mkv"])
        self.assertRegex(browser.driver.find_element(By.ID, "count").text, r"^1 of \d+ videos$")
        browser.driver.find_element(By.ID, "filter").send_keys(Keys.CONTROL, "a", Keys.DELETE)
        browser.driver.find_element(By.CSS_SELECTOR, "#status option[value=Failed]").click()
        self.assertEqual(len(self.names()), 2)

    def test_each_encoded_video_has_a_thumbnail(self):
        driver = self.open("index").driver
        sizes = driver.execute_script(
            "return Object.fromEntries([...document.querySelectorAll('tbody a')].map(link => [link.textContent, "
            "[...link.querySelectorAll('img')].map(image => [image.naturalWidth, image.naturalHeight])]))")
        self.assertEqual(sizes["input/preserve/done.mkv"], [[120, 67]])
        self.assertEqual(sizes["input/preserve/failed.mp4"], [])
        # The rows that the script makes have them, too.
        self.button("name").click()
        self.assertEqual(driver.execute_script("return document.querySelectorAll('tbody img').length"),
                         sum(len(images) for images in sizes.values()))

    def test_its_links_lead_to_the_pages(self):
        self.open("index")
        links = [link.get_attribute("href") for link in self.browser.driver.find_elements(By.CSS_SELECTOR, "tbody a")]
        self.assertGreaterEqual(len(links), 8)
        for link in links:
            self.assertTrue(pathlib.Path(unquote(link.removeprefix("file://"))).exists(), link)


if __name__ == "__main__":
    unittest.main()
