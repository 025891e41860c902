"""Ingestion's `/docs` in a real browser (Debian's Chromium): readable without JavaScript, accessible, self-contained.

SHOTS names a folder for screenshots; CHROMIUM the browser.
"""
import os

import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

import tally

BASE = os.environ["ONUS_BASE"]
SHOTS = os.environ.get("SHOTS")

description = requests.get(f"{BASE}/openapi.json", timeout=30).json()
wanted = [f"{method.upper()} {path}" for path, item in description["paths"].items() for method in item
          if method in ("get", "put", "post", "delete", "patch")]
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
    plain = browser.new_context(java_script_enabled=False).new_page()
    asked = []
    plain.on("request", lambda request: asked.append(request.url))
    answer = plain.goto(f"{BASE}/docs")
    tally.check("it is served", answer.status == 200, answer.status)
    headings = plain.locator("h3").all_inner_texts()
    tally.check("every operation and schema has its heading",
                not set(wanted + list(description["components"]["schemas"])) - set(headings), headings)
    tally.check("nothing else is loaded", [u for u in asked if not u.endswith("favicon.ico")] == [f"{BASE}/docs"], asked)
    colour = plain.locator("article").first.evaluate("e => getComputedStyle(e).borderTopStyle")
    tally.check("the policy lets the style sheet through", colour == "solid", colour)
    for name, width, scheme in (("wide", 1280, "light"), ("narrow and dark", 390, "dark")):
        page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
        complaints = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(f"{BASE}/docs")
        found = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in Axe().run(page).response["violations"]]
        tally.check(f"{name}: no accessibility violation", not found, found)
        tally.check(f"{name}: one h1 and a language",
                    page.locator("h1").count() == 1 and page.locator("html[lang]").count() == 1)
        sideways = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        tally.check(f"{name}: no sideways scrolling of the page", not sideways)
        rest = [c for c in complaints if "favicon" not in c and "404" not in c]
        tally.check(f"{name}: the browser has nothing to complain about", not rest, rest)
        if SHOTS:
            os.makedirs(SHOTS, exist_ok=True)
            page.screenshot(path=os.path.join(SHOTS, f"docs-{name.replace(' ', '-')}.png"))
            page.screenshot(path=os.path.join(SHOTS, f"docs-{name.replace(' ', '-')}-full.png"), full_page=True)
        page.keyboard.press("Tab")
        tally.check(f"{name}: the first stop is the skip link", page.evaluate("document.activeElement.className") == "skip")
        page.locator("a[href='#schema-Receipt']").first.click()
        tally.check(f"{name}: a schema's link leads to it", page.url.endswith("/docs#schema-Receipt"), page.url)
    browser.close()
tally.finish()
