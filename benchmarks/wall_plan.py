"""The wall plan at its promised size: 200 projects with plans of ten tasks each.

    .venv/bin/python -m benchmarks.wall_plan [--projects 200] [--rounds 20] [--seed N]

Times the server's answer (promised: 500 ms at the median), and in Chromium, by a PerformanceObserver, every task of the
browser that takes 50 ms or more while the sheet is scrolled up and down, sideways, zoomed and unfolded (promised: after
load none over 100 ms).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERVER_MS, BROWSER_MS = 500, 100
ZONES, TASKS = 10, 10
PASSWORD = "bench-passwort-2026"
LISTEN = """() => {
  window.longTasks = [];
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => window.longTasks.push(Math.round(entry.duration))))
    .observe({ type: 'longtask', buffered: false });
}"""
SCROLL = """async () => {
  const grid = document.querySelector('[data-wall-grid]');
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  let frames = 0;
  const began = performance.now();
  for (const [axis, size] of [['scrollTop', 'scrollHeight'], ['scrollLeft', 'scrollWidth']]) {
    const far = grid[size];
    for (let share = 0; share <= 2; share += 1 / 120) {
      grid[axis] = far * (share <= 1 ? share : 2 - share);
      await frame();
      frames += 1;
    }
  }
  return { frames, milliseconds: performance.now() - began, rows: document.querySelectorAll('.tree-row').length,
           nodes: document.querySelectorAll('.bars-svg *').length };
}"""




def generate(projects: int, seed: int) -> None:
    """Projects in ten zones, each with a plan of `TASKS` linked tasks; a good third of their tasks is done or under way."""
    from django.utils import timezone

    from guatu.kernel import actions
    from guatu.kernel.changes import Change
    from guatu.kernel.models import Membership, Organisation, User
    from guatu.kernel.scope import Actor
    from guatu.projects.models import Plan, PlanLink, PlanTask, Project

    chance, today = random.Random(seed), timezone.localdate()
    root = Change("create", Organisation, {"code": "bench", "name": "示范市", "kind": "city"})
    zones = [
        Change("create", Organisation, {"code": f"z{n}", "name": f"功能区{n}", "kind": "functional_zone", "parent": root})
        for n in range(ZONES)]
    reader = Change("create", User, {"username": "bench", "name": "bench"})
    changes = [root, *zones, reader, Change("create", Membership, {"user": reader, "organisation": root, "role": "supervision"})]
    for place in range(projects):
        start = today + timedelta(days=chance.randrange(-700, 300))
        project = Change("create", Project, {
            "code": f"w{place:04}", "name": f"重点项目{place:04}生产基地建设工程", "zone": chance.choice(zones)})
        plan = Change("create", Plan, {
            "project": project, "name": "计划", "start": start, "promised_on": start + timedelta(days=chance.randrange(240, 900))})
        tasks, day = [], start
        for number in range(TASKS):
            last = number == TASKS - 1
            values = {"plan": plan, "number": 10 * (number + 1), "name": f"工序{number + 1}", "milestone": last,
                      "duration": 0 if last else chance.randrange(10, 90)}
            end = day + timedelta(days=int(values["duration"] * 1.4))
            if end < today and not last and (not tasks or "actual_finish" in tasks[-1].values):
                values |= {"actual_start": day, "actual_finish": end, "percent_complete": 100}
            day = end + timedelta(days=1)
            tasks.append(Change("create", PlanTask, values))
        links = [
            Change("create", PlanLink, {"plan": plan, "pred": tasks[number - 1], "succ": tasks[number], "kind": "FS"})
            for number in range(1, TASKS)]
        changes += [project, plan, *tasks, *links]
    actions.write(Actor.system("cli"), changes, note="bench")
    reader.written.set_password(PASSWORD)
    reader.written.save(update_fields=["password"])


def answer(rounds: int) -> dict:
    """How long the server takes for the page, in milliseconds; its statements the first time; its bytes."""
    from django.test import Client

    from benchmarks.measure import counted
    from guatu.kernel.models import User

    client = Client()
    client.force_login(User.everything.get(username="bench"))
    times, size = [], 0
    with counted() as seen:
        client.get("/plans/")
    for place in range(rounds):
        began = time.perf_counter()
        page = client.get(f"/plans/?group={('zone', 'unit', 'chain', 'commander')[place % 4]}")
        times.append((time.perf_counter() - began) * 1000)
        assert page.status_code == 200
        size = len(page.content)
    return {"median_ms": statistics.median(times), "p95_ms": sorted(times)[int(len(times) * 0.95)], "queries": seen[0], "bytes": size}


def browse(url: str) -> list[dict]:
    """Scrolls the sheet in Chromium; gives for each way of looking the long tasks seen, in milliseconds."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("GUATU_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        page.goto(url + "/login/")
        page.fill("#username", "bench")
        page.fill("#password", PASSWORD)
        page.click("form.panel button.btn-primary")
        page.wait_for_url(lambda address: "/login/" not in address)
        page.goto(url + "/plans/")
        page.wait_for_selector(".tree-row.w-project")
        page.wait_for_timeout(1500)
        page.evaluate(LISTEN)
        for name, step in (
            ("whole stretch", "[data-zoom=fit]"), ("months", "[data-zoom=month]"), ("days", "[data-zoom=day]"), ("unfolded, months", "[data-open-all]")):
            if name.startswith("unfolded"):
                page.click("[data-zoom=month]")
            page.click(step)
            page.wait_for_timeout(200)
            shown = page.evaluate(SCROLL)
            page.wait_for_timeout(300)
            long = page.evaluate("() => window.longTasks.splice(0)")
            found.append({"name": name, "long": long, **shown})
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.wall_plan", description=__doc__.splitlines()[0])
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--part", choices=["generate", "answer"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        import django

        django.setup()
        print(json.dumps(generate(options.projects, options.seed) if options.part == "generate" else answer(options.rounds)))
        return
    with tempfile.TemporaryDirectory(prefix="guatu-wall-plan-") as home:
        sys.exit(measure(options, home))


def measure(options, home: str) -> str | None:
    """Everything in a home of its own; the sentence of a promise not kept, or None."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"GUATU_HOME": home, "GUATU_MODE": "test", "DJANGO_SETTINGS_MODULE": "guatu.site.settings"}
    (Path(home) / "static").mkdir()

    def run(*words: str) -> str:
        return subprocess.run([sys.executable, "-m", *words], env=environment, cwd=ROOT, text=True, check=True, stdout=subprocess.PIPE).stdout

    run("django", "migrate", "-v0")
    run("django", "migrate", "-v0", "--database", "progress")
    began = time.monotonic()
    run("benchmarks.wall_plan", "--part", "generate", "--projects", str(options.projects), "--seed", str(options.seed))
    print(f"{options.projects} projects, {options.projects * TASKS} tasks, seed {options.seed}, written in {time.monotonic() - began:.0f} s", flush=True)
    served = json.loads(run("benchmarks.wall_plan", "--part", "answer", "--rounds", str(options.rounds)).splitlines()[-1])
    print(f"server: median {served['median_ms']:.0f} ms, p95 {served['p95_ms']:.0f} ms, {served['queries']} statements, "
          f"{served['bytes'] / 1000:.0f} kB (promised: {SERVER_MS} ms)", flush=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([sys.executable, "-m", "guatu", "serve", "--host", "127.0.0.1", "--port", str(port)], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait(url)
        looks = browse(url)
    finally:
        server.terminate()
        server.wait(20)
    for look in looks:
        print(f"browser, {look['name']}: {look['frames']} frames at {look['frames'] / look['milliseconds'] * 1000:.0f}/s, {look['rows']} rows and "
              f"{look['nodes']} shapes in the page, tasks over 50 ms: {look['long'] or 'none'} (promised: none over {BROWSER_MS} ms)")
    longest = max((took for look in looks for took in look["long"]), default=0)
    if served["median_ms"] > SERVER_MS:
        return f"The server took {served['median_ms']:.0f} ms."
    return f"The browser was busy for {longest} ms." if longest > BROWSER_MS else None


def _wait(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url + "/login/", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
