"""The console in a real browser (Debian's Chromium): pages, keyboard, accessibility, escaping.

Environment
  ONUS_CONSOLE      base URL of a console started with ONUS_DEVELOPMENT_SIGN_IN=1 (loopback only)
  ONUS_PERSON       a manager of the organisation with a score
  SHOTS             folder for screenshots (default: none are kept)
  CHROMIUM          the browser (default /usr/bin/chromium)
Ends with `N passed, N failed`.
"""
import os
import sys
from urllib.parse import quote, urlsplit

import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

BASE = os.environ.get("ONUS_CONSOLE", "http://127.0.0.1:8083").rstrip("/")
PERSON = os.environ["ONUS_PERSON"]
SHOTS = os.environ.get("SHOTS")
if urlsplit(BASE).hostname not in ("127.0.0.1", "localhost", "::1"):
    sys.exit(f"refused: {BASE} is not a loopback address")

passed, failed = 0, []


def ok(name, good, detail=""):
    global passed
    if good:
        passed += 1
        print(f"ok   {name}")
    else:
        failed.append(name)
        print(f"FAIL {name}: {str(detail)[:600]}")


def sign_in(page, person, role):
    page.goto(f"{BASE}/sign-in")
    page.get_by_label("Person").fill(person)
    page.get_by_label("Role").select_option(role)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


def judge(page, name):
    """Accessibility, a shot, and nothing the browser complained about."""
    results = Axe().run(page)
    found = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in results.response["violations"]]
    ok(f"{name}: no accessibility violation", not found, found)
    ok(f"{name}: one h1 and a language", page.locator("h1").count() == 1 and page.locator("html[lang]").count() == 1)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    ok(f"{name}: no sideways scrolling of the page", not wide)
    if SHOTS:
        os.makedirs(SHOTS, exist_ok=True)
        page.screenshot(path=os.path.join(SHOTS, f"{name.replace(' ', '-')}.png"), full_page=True)


# A site whose name was made to mean 127.0.0.1 could otherwise sign in here and read everything.
for host, status in (("rebound.example:8083", 403), (urlsplit(BASE).netloc, 303)):
    answer = requests.post(f"{BASE}/sign-in/development", data={"person": PERSON, "role": "hr"},
                           headers={"Host": host, "Origin": f"http://{host}"}, allow_redirects=False, timeout=30)
    ok(f"the development sign-in answers {status} to {'another name' if status == 403 else 'its own'}",
       answer.status_code == status and ("set-cookie" in answer.headers) == (status == 303), answer.status_code)

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
    # Pages have to work without JavaScript, so the first pass has none.
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    answer = page.goto(f"{BASE}/managers")
    ok("nobody signed in is sent to the sign-in page", urlsplit(page.url).path == "/sign-in", page.url)
    sign_in(page, PERSON, "hr")
    ok("without JavaScript: HR lands on the scoreboard", page.url.endswith("/managers"), page.url)
    plain.clear_cookies()
    # As from a link in a mail, on another site's page.
    page.goto("data:text/html," + quote(f'<a href="{BASE}/inbox">Open</a>'))
    with page.expect_navigation():
        page.get_by_role("link", name="Open").click()
    page.get_by_label("Person").fill(PERSON)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()
    ok("who signs in comes to the page they wanted", page.url == f"{BASE}/inbox", page.url)
    page.goto("data:text/html," + quote(f'<a href="{BASE}/record">Open</a>'))
    with page.expect_navigation():
        page.get_by_role("link", name="Open").click()
    ok("a link from elsewhere finds the session", page.url == f"{BASE}/record", page.url)
    sign_in(page, PERSON, "hr")
    rows = page.locator("tbody tr").count()
    ok("without JavaScript: the scoreboard has rows", rows > 0, rows)
    page.goto(f"{BASE}/managers/{quote(PERSON, safe='')}")
    day = page.get_by_label("Compare with").get_attribute("max")
    page.get_by_label("Compare with").fill(day)
    with page.expect_navigation():
        page.get_by_role("button", name="Compare").click()
    ok("without JavaScript: a manager's page compares with another day",
       page.get_by_role("heading", name=f"What changed since {day}").count() == 1, page.url)
    plain.close()

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{BASE}/sign-in")
    judge(page, "sign-in")
    # By keyboard alone: the skip link comes first, then the form.
    page.keyboard.press("Tab")
    ok("keyboard: the first stop is the skip link", page.evaluate("document.activeElement.className") == "skip")
    page.get_by_label("Person").focus()
    page.keyboard.type("nobody-of-that-name")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    ok("an unknown person is told so", page.get_by_role("alert").count() == 1, page.url)
    sign_in(page, PERSON, "hr")
    judge(page, "scoreboard")
    first = page.locator("tbody th a").first
    first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    ok("keyboard: Enter opens a manager", "/managers/" in page.url, page.url)
    judge(page, "manager")
    page.goto(f"{BASE}/managers/{quote(PERSON, safe='')}")
    judge(page, "manager of the check")
    ok("HR sees nobody's gaps before a reason", page.locator("a[href^='/gaps/']").count() == 0, page.url)
    page.get_by_label("Reason").fill("checking a manager's evidence")
    with page.expect_navigation():
        page.get_by_role("button", name="Look, and log it").click()
    ok("with a reason the manager's people are named",
       page.get_by_role("region", name="People", exact=True).locator("tbody tr").count() > 0, page.url)
    judge(page, "manager with a reason")
    gap = page.locator("a[href^='/gaps/']:visible").first
    if gap.count():
        with page.expect_navigation():
            gap.click()
        ok("HR is asked for a reason first", page.get_by_label("Reason").count() == 1, page.url)
        judge(page, "reason")
        page.get_by_label("Reason").fill("checking the path of a gap")
        with page.expect_navigation():
            page.get_by_role("button").filter(has_text="Look").click()
        ok("with a reason the gap's path is shown", page.locator("ol.path > li").count() == 6, page.url)
        judge(page, "gap")
    page.goto(f"{BASE}/managers")
    full_name = next(n for n in page.locator("tbody th a").all_inner_texts() if " " in n)
    page.get_by_label("Name or unit").fill(full_name)
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    ok("a manager is found by the whole name", full_name in page.locator("tbody th a").all_inner_texts(), page.url)
    page.goto(f"{BASE}/managers?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    ok("what was typed is escaped", "<script>alert" not in page.content())
    page.goto(f"{BASE}/programmes")
    judge(page, "programmes")
    link = page.locator("a[href^='/programmes/']").first
    link.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    ok("keyboard: Enter opens a programme", "/programmes/" in page.url, page.url)
    judge(page, "programme")
    page.goto(f"{BASE}/effects")
    ok("every path has a row", page.get_by_role("region", name="Closure rates by path").locator("tbody tr").count() == 6)
    judge(page, "effects")
    page.get_by_label("Cause").select_option("skill")
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    ok("rates of one cause", page.url.endswith("/effects?cause=skill"), page.url)
    page.goto(f"{BASE}/inbox")
    judge(page, "inbox of HR")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    ok("signed out", page.url.endswith("/sign-in"), page.url)

    sign_in(page, PERSON, "manager")
    judge(page, "managers of a manager")
    page.goto(f"{BASE}/inbox")
    judge(page, "inbox")
    page.goto(f"{BASE}/record")
    judge(page, "record")
    page.goto(f"{BASE}/effects")
    ok("a manager sees no programmes among what closes gaps", page.locator("a[href^='/programmes/']").count() == 0)
    judge(page, "effects of a manager")
    answer = page.goto(f"{BASE}/programmes")
    ok("a manager is refused the programmes", answer.status == 403, answer.status)
    sign_in(page, PERSON, "operator")
    page.goto(f"{BASE}/quarantine")
    judge(page, "rejected events")
    link = page.locator("tbody th a").first
    if link.count():
        link.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        ok("keyboard: Enter opens a rejected event", "/quarantine/" in page.url, page.url)
        judge(page, "rejected event")
        page.get_by_label("The event, to be corrected").fill("{")
        with page.expect_navigation():
            page.get_by_role("button", name="Save and check").click()
        ok("what is no JSON is said, and stays in the form", page.get_by_role("alert").count() == 1
           and page.get_by_label("The event, to be corrected").input_value() == "{", page.url)
        judge(page, "rejected event, not taken")
    sign_in(page, PERSON, "employee")
    answer = page.goto(f"{BASE}/managers")
    ok("an employee is refused the scoreboard", answer.status == 403, answer.status)
    headers = answer.headers
    ok("a strict content security policy", "default-src 'none'" in headers.get("content-security-policy", ""), headers)
    ok("no page is cached", headers.get("cache-control") == "no-store", headers)
    # The two refusals are meant: the browser notes them as failed loads.
    rest = [c for c in complaints if "403" not in c and "422" not in c]
    ok("the browser has nothing to complain about", not rest, rest)

    narrow = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark")
    page = narrow.new_page()
    sign_in(page, PERSON, "hr")
    judge(page, "scoreboard narrow and dark")
    page.goto(f"{BASE}/managers/{quote(PERSON, safe='')}")
    judge(page, "manager narrow and dark")
    browser.close()

print(f"{passed} passed, {len(failed)} failed")
sys.exit(1 if failed or not passed else 0)
