// The keyboard on the tree grid, after the ARIA pattern: arrows walk and fold, Enter opens, Alt with arrows plans.
import { isoDay } from "./days.mjs";
import { dragged } from "./pointer.mjs";

export class Keys {
  constructor(chart, { ask, open, close, undo, zoom }) {
    Object.assign(this, { chart, ask, open, close, undo, zoom });
    chart.root.addEventListener("keydown", (event) => this.pressed(event));
  }

  pressed(event) {
    const { key } = event;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") return this.does(event, () => this.undo());
    if (event.ctrlKey || event.metaKey) return undefined;
    if (event.altKey) return this.plans(event);
    const row = this.chart.at.get(this.chart.view.selected) ?? 0;
    const page = Math.max(1, Math.floor(this.chart.root.clientHeight / 28) - 3);
    const steps = { ArrowDown: row + 1, ArrowUp: row - 1, PageDown: row + page, PageUp: row - page, Home: 0, End: this.chart.rows.length - 1 };
    if (key in steps) return this.does(event, () => this.go(steps[key]));
    const actions = {
      ArrowRight: () => this.right(row), ArrowLeft: () => this.left(row), Enter: () => this.open(this.chart.view.selected),
      Escape: () => this.close(), "+": () => this.zoom(1), "=": () => this.zoom(1), "-": () => this.zoom(-1), " ": () => this.toggle(row),
    };
    return actions[key] ? this.does(event, actions[key]) : undefined;
  }

  does(event, action) {
    event.preventDefault();
    action();
  }

  go(row) {
    const found = this.chart.rows[Math.max(0, Math.min(this.chart.rows.length - 1, row))];
    if (found) this.chart.select(found.task.id);
  }

  right(row) {
    const { task } = this.chart.rows[row];
    if (!this.chart.prepared.children.get(task.id)) return;
    if (this.chart.closed.has(task.id)) this.chart.fold(task.id, false);
    else this.go(row + 1);
  }

  left(row) {
    const { task } = this.chart.rows[row];
    if (this.chart.prepared.children.get(task.id) && !this.chart.closed.has(task.id)) this.chart.fold(task.id, true);
    else if (this.chart.at.has(task.parent)) this.chart.select(task.parent);
  }

  toggle(row) {
    const { task } = this.chart.rows[row];
    if (this.chart.prepared.children.get(task.id)) this.chart.fold(task.id, !this.chart.closed.has(task.id));
  }

  // Alt with an arrow moves the task by a working day, with Shift too lengthens or shortens it.
  plans(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const task = this.chart.task(this.chart.view.selected);
    if (!step || !task || task.summary || !this.chart.view.editable) return;
    event.preventDefault();
    const from = event.shiftKey ? task.days.finish : task.days.start;
    let days = step;
    while (this.chart.idle.has(from + days) && Math.abs(days) < 40) days += step;
    const change = dragged(task, event.shiftKey ? "grip" : "bar", days, this.chart.idle);
    if (change) this.ask([change], task, isoDay(from + days));
  }
}
