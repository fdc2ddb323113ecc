// A project's Gantt: reads the plan embedded in the page, puts chart, pointer, keys and panel together, and asks the server.
import { Chart } from "./chart.mjs";
import { dayNumber, PIXELS } from "./days.mjs";
import { Keys } from "./keys.mjs";
import { moved } from "./layout.mjs";
import { Panel } from "./panel.mjs";
import { Pointer } from "./pointer.mjs";
import { embedded, post } from "./server.mjs";
import { html, say } from "./svg.mjs";

const BRIEFLY = 6000;

class Gantt {
  constructor(root) {
    this.root = root;
    this.words = embedded("plan-words");
    this.note = root.querySelector("[data-plan-note]");
    this.done = [];
    this.chart = new Chart(root.querySelector("[data-plan-grid]"), this.words, document.documentElement.lang.startsWith("zh"));
    this.chart.view.editable = root.dataset.editable === "1";
    const ask = (...given) => this.ask(...given);
    this.panel = new Panel(root.querySelector("[data-plan-panel]"), this.chart, this.words, { ask, closed: () => this.chart.root.focus() });
    const open = (id) => this.panel.open(id);
    this.pointer = new Pointer(this.chart, { ask, open });
    this.keys = new Keys(this.chart, { ask, open, close: () => this.panel.close(), undo: () => this.undo(), zoom: (step) => this.zoom(null, step) });
    this.listen();
    this.gantt = embedded("plan-data");
    this.chart.show(this.gantt, root.dataset.today);
    this.zoom("fit", 0);
    // A plan of many years would be too fine to read as a whole.
    if (this.chart.scale.pixels < PIXELS.quarter) {
      this.zoom("quarter", 0);
      this.chart.goTo(this.dayOfInterest(), 0.15);
    }
    const named = new URLSearchParams(window.location.search).get("task");
    const chosen = this.gantt.tasks.find((task) => String(task.id) === named);
    if (chosen) this.chart.select(chosen.id);
  }

  // The day shown, or the end of the plan that is nearer to it.
  dayOfInterest() {
    const { as_of: day, start, planned_finish: finish } = this.gantt.plan;
    return dayNumber(day < start ? start : day > finish ? finish : day);
  }

  listen() {
    const { root } = this;
    root.addEventListener("click", (event) => {
      const zoom = event.target.closest("[data-zoom]");
      if (zoom) this.zoom(zoom.dataset.zoom, 0);
      if (event.target.closest("[data-undo]")) this.undo();
      if (event.target.closest("[data-add-task]")) this.panel.add();
      if (event.target.closest("[data-go-today]")) this.chart.goTo(dayNumber(this.gantt.plan.as_of));
      if (event.target.closest("[data-fold-all]")) this.foldAll();
      if (event.target.closest("[data-close-note]")) this.note.hidden = true;
      const go = event.target.closest("[data-show-task]");
      if (go) this.chart.select(this.gantt.tasks.find((task) => String(task.id) === go.dataset.showTask)?.id);
    });
    root.addEventListener("change", (event) => {
      const box = event.target.closest("[data-view]");
      if (!box) return;
      this.chart.view[box.dataset.view] = box.checked;
      this.chart.refit(this.chart.scale.first + this.chart.root.scrollLeft / this.chart.scale.pixels);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.panel.close();
    });
    this.chart.root.addEventListener("plan:selected", (event) => {
      if (this.panel.isOpen && this.panel.task && this.panel.task.id !== event.detail) this.panel.open(event.detail, false);
    });
  }

  zoom(name, step) {
    if (step) this.chart.zoomBy(step);
    else this.chart.zoomTo(name);
    this.root.querySelectorAll("[data-zoom]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.zoom === this.chart.zoom)));
  }

  foldAll() {
    const { children } = this.chart.prepared;
    if (this.chart.closed.size) this.chart.closed.clear();
    else children.forEach((_count, id) => this.chart.closed.add(id));
    this.chart.refit();
  }

  // Sends changes. `wanted` is the day a moved task should begin on, so that a link which holds it can be named.
  async ask(changes, task, wanted = null, reason = "") {
    if (this.waiting) return false;
    this.setWaiting(true);
    const body = { plan: this.gantt.plan.id, changes, reason, planned_at: this.gantt.plan.head };
    const { ok, data } = await post(this.root.dataset.editUrl + window.location.search, body, this.words);
    this.setWaiting(false);
    if (!ok) {
      this.refuse(data.refused);
      return false;
    }
    const back = this.back(changes, data);
    if (back) this.done.push(back);
    const day = wanted ?? (changes[0].op === "task" ? changes[0].constraint_on : null);
    this.show(data, this.told(data.gantt, task, day));
    return true;
  }

  // How the last edit is taken back: its recording, or the link drawn again (what was withdrawn cannot be undone).
  back(changes, data) {
    if (changes.length === 1 && changes[0].op === "unlink") {
      const link = this.gantt.links.find((one) => one.id === changes[0].id);
      return link ? { changes: [{ op: "link", pred: link.pred, succ: link.succ, kind: link.kind, lag: link.lag, lag_unit: link.lag_unit }] } : null;
    }
    if (changes.some((change) => change.op === "drop_task") || !data.recording) return null;
    return { recording: data.recording };
  }

  async undo() {
    const last = this.done.pop();
    if (!last || this.waiting) {
      if (!last) this.tell(this.words.nothing_to_undo);
      return;
    }
    this.setWaiting(true);
    const body = last.recording ? { recording: last.recording, plan: this.gantt.plan.id } : { plan: this.gantt.plan.id, changes: last.changes, reason: "", planned_at: this.gantt.plan.head };
    const { ok, data } = await post((last.recording ? this.root.dataset.undoUrl : this.root.dataset.editUrl) + window.location.search, body, this.words);
    this.setWaiting(false);
    if (ok) this.show(data, this.words.undone);
    else this.refuse(data.refused);
  }

  show(data, sentence) {
    const changed = moved(this.gantt.tasks, data.gantt.tasks);
    this.gantt = data.gantt;
    this.chart.view.moved = changed;
    this.chart.show(this.gantt, this.root.dataset.today);
    if (data.headline) this.root.querySelector("[data-plan-headline]").innerHTML = data.headline;
    if (data.table) this.root.querySelector("[data-plan-table]").innerHTML = data.table;
    this.root.querySelectorAll("[data-undo]").forEach((button) => { button.disabled = !this.done.length; });
    this.panel.refresh();
    this.tell(sentence);
    window.clearTimeout(this.fading);
    this.fading = window.setTimeout(() => {
      this.chart.view.moved = new Set();
      this.chart.redraw();
    }, BRIEFLY);
  }

  // What an edit did, in one sentence: how many tasks moved, where the plan ends now, what holds a task back.
  told(after, task, wanted) {
    const { words } = this;
    const count = moved(this.gantt.tasks, after.tasks).size;
    const parts = [count ? say(words.tasks_moved, { n: count }) : words.no_dates_changed];
    if (after.plan.finish !== this.gantt.plan.finish) parts.push(say(words.finish_moved, { was: this.gantt.plan.finish, now: after.plan.finish }));
    const now = task && after.tasks.find((one) => one.id === task.id);
    if (now && wanted && now.start > wanted) {
      const names = (now.drivers ?? []).map((id) => after.tasks.find((one) => one.id === id)?.name).filter(Boolean);
      if (names.length) parts.push(say(words.held_by, { name: now.name, day: now.start, drivers: names.join(words.comma) }));
    }
    return parts.join(" ");
  }

  setWaiting(waiting) {
    this.waiting = waiting;
    this.root.classList.toggle("asking", waiting);
    this.chart.root.setAttribute("aria-busy", String(waiting));
  }

  tell(sentence) {
    this.show_note("good", [sentence]);
  }

  refuse(sentences) {
    this.show_note("bad", sentences);
  }

  show_note(kind, sentences) {
    this.note.className = `note note-${kind} plan-note`;
    this.note.setAttribute("role", kind === "bad" ? "alert" : "status");
    this.note.replaceChildren(...sentences.map((sentence) => html("span", {}, sentence)),
      html("button", { type: "button", class: "btn btn-sm", "data-close-note": true }, this.words.close));
    this.note.hidden = false;
  }
}

const root = document.querySelector("[data-plan]");
if (root) root.gantt = new Gantt(root);
