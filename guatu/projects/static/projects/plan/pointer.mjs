// The pointer on the bars: drag to move, drag the end to lengthen, drag from one bar's end to another to link.
import { isoDay, workdays } from "./days.mjs";
import { bar } from "./layout.mjs";
import { say, shape } from "./svg.mjs";
import { ROW } from "./chart.mjs";

const DEAD = 3;

// What a drag would ask of the server, or null: pure, so that it can be tested without a pointer.
export function dragged(task, part, days, idle) {
  if (!days) return null;
  if (part === "bar") {
    const day = task.milestone ? task.days.finish + days : task.days.start + days;
    return { op: "task", id: task.id, constraint: "snet", constraint_on: isoDay(day) };
  }
  const finish = Math.max(task.days.start, task.days.finish + days);
  if (task.duration_unit === "day") return { op: "task", id: task.id, duration: finish - task.days.start + 1 };
  if (task.duration_unit === "workday") return { op: "task", id: task.id, duration: Math.max(1, workdays(task.days.start, finish, idle)) };
  return null;
}

// The kind of link that a drag from one end to another draws.
export function linkKind(from, to) {
  return (from === "port-end" ? "F" : "S") + (to === "port-end" || to === "grip" ? "F" : "S");
}

export class Pointer {
  // `ask` takes a list of changes; `open` shows a task.
  constructor(chart, { ask, open }) {
    this.chart = chart;
    this.ask = ask;
    this.open = open;
    const { root } = chart;
    root.addEventListener("pointerdown", (event) => this.down(event));
    root.addEventListener("pointermove", (event) => this.move(event));
    root.addEventListener("pointerup", (event) => this.up(event));
    root.addEventListener("pointercancel", () => this.end());
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("dblclick", (event) => this.double(event));
  }

  target(event) {
    const node = event.target.closest("[data-part], [data-task]");
    if (!node) return null;
    const task = this.chart.task(idOf(node.dataset.task));
    return task ? { task, part: node.dataset.part ?? "row" } : null;
  }

  down(event) {
    const found = this.target(event);
    if (event.button !== 0 || !found || found.part === "row" || !this.chart.view.editable || found.task.summary) return;
    this.drag = { ...found, x: event.clientX, y: event.clientY, days: 0, moving: false };
  }

  move(event) {
    const { drag } = this;
    if (!drag) return;
    const dx = event.clientX - drag.x;
    if (!drag.moving && Math.hypot(dx, event.clientY - drag.y) < DEAD) return;
    // Captured only now: a captured pointer's click would no longer reach the bar.
    if (!drag.moving) this.chart.root.setPointerCapture(event.pointerId);
    drag.moving = true;
    if (drag.part.startsWith("port")) this.drawLine(event);
    else {
      drag.days = Math.round(dx / this.chart.scale.pixels);
      this.drawShadow();
    }
  }

  up(event) {
    const { drag } = this;
    if (!drag) return;
    this.end();
    if (!drag.moving) return;
    this.swallow = true;
    window.setTimeout(() => { this.swallow = false; }, 0);
    if (drag.part.startsWith("port")) {
      const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-task]");
      const succ = under ? this.chart.task(idOf(under.dataset.task)) : null;
      if (succ && succ.id !== drag.task.id) {
        this.ask([{ op: "link", pred: drag.task.id, succ: succ.id, kind: linkKind(drag.part, this.nearEnd(succ, event)), lag: 0, lag_unit: "workday" }], drag.task);
      }
      return;
    }
    const change = dragged(drag.task, drag.part, drag.days, this.chart.idle);
    if (change) this.ask([change], drag.task);
  }

  // The end of a bar that lies nearer to the pointer; a link to the start is meant unless the finish is clearly aimed at.
  nearEnd(task, event) {
    const span = bar(task, this.chart.scale);
    const x = event.clientX - this.chart.bars.getBoundingClientRect().left;
    return span && !task.milestone && x > span.x1 + (span.x2 - span.x1) * 0.7 ? "port-end" : "port-start";
  }

  end() {
    this.drag = null;
    this.chart.overlay.replaceChildren();
  }

  click(event) {
    const fold = event.target.closest("[data-fold]");
    if (fold) {
      const id = idOf(fold.dataset.fold);
      this.chart.fold(id, !this.chart.closed.has(id));
      return;
    }
    const found = this.target(event);
    if (found && !this.swallow) this.chart.select(found.task.id, false);
  }

  double(event) {
    const found = this.target(event);
    if (found) this.open(found.task.id);
  }

  drawShadow() {
    const { task, part, days } = this.drag;
    const { scale } = this.chart;
    const finish = part === "bar" ? task.days.finish + days : Math.max(task.days.start, task.days.finish + days);
    const start = part === "bar" ? task.days.start + days : task.days.start;
    const span = bar(task, scale, start, finish);
    const y = (this.chart.at.get(task.id) + 0.5) * ROW;
    const label = say(this.chart.words.dragging, { start: isoDay(start), finish: isoDay(finish), days: days > 0 ? `+${days}` : days });
    const width = label.length * 6.6 + 14;
    this.chart.overlay.replaceChildren(
      shape("rect", { class: "shadow", x: span.x1 - (task.milestone ? 8 : 0), y: y - 9, width: Math.max(16, span.x2 - span.x1), height: 18, rx: 3 }),
      shape("rect", { class: "shadow-label", x: span.x1, y: y - 34, width, height: 20, rx: 3 }),
      shape("text", { class: "shadow-text", x: span.x1 + 7, y: y - 20 }, label),
    );
  }

  drawLine(event) {
    const { task, part } = this.drag;
    const box = this.chart.svg.parentNode.getBoundingClientRect();
    const span = bar(task, this.chart.scale);
    const x = part === "port-end" ? span.x2 + 7 : span.x1 - 7;
    const y = (this.chart.at.get(task.id) + 0.5) * ROW;
    this.chart.overlay.replaceChildren(shape("line", { class: "drawing", x1: x, y1: y, x2: event.clientX - box.left, y2: event.clientY - box.top }));
  }
}

export function idOf(text) {
  return /^\d+$/.test(text) ? Number(text) : text;
}
