// The panel in which one task is read and edited: facts, fields, links. It asks; the chart redraws from the answer.
import { html, say } from "./svg.mjs";
import { length } from "./tree.mjs";
import { idOf } from "./pointer.mjs";

const FIELDS = ["name", "duration", "duration_unit", "constraint", "constraint_on", "percent", "actual_start", "actual_finish", "note"];
const MOST_OPTIONS = 3000;

export class Panel {
  constructor(node, chart, words, { ask, closed }) {
    Object.assign(this, { node, chart, words, ask, closed });
    this.form = node.querySelector("form[data-task-form]");
    this.linkForm = node.querySelector("form[data-link-form]");
    this.form.addEventListener("submit", (event) => this.save(event));
    this.linkForm.addEventListener("submit", (event) => this.link(event));
    node.addEventListener("click", (event) => this.pressed(event));
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
    });
    this.form.elements.constraint.addEventListener("change", () => this.fitConstraint());
  }

  get isOpen() {
    return !this.node.hidden;
  }

  open(id, focuses = true) {
    const task = this.chart.task(id);
    if (!task) return;
    this.task = task;
    this.node.hidden = false;
    this.fill(task);
    if (focuses) (this.form.elements.name.disabled ? this.node.querySelector("[data-close-panel]") : this.form.elements.name).focus();
  }

  // A new task beneath the same summary as the one selected.
  add() {
    const near = this.chart.task(this.chart.view.selected);
    const parent = near ? (near.summary ? near.id : near.parent) : null;
    this.open(near?.id, false);
    this.task = null;
    this.parent = parent;
    this.after = near?.id ?? null;
    this.form.reset();
    this.node.hidden = false;
    this.node.querySelector("[data-panel-title]").textContent = this.words.new_task;
    this.node.querySelector("[data-panel-facts]").replaceChildren();
    this.node.querySelector("[data-panel-links]").hidden = true;
    this.node.querySelector("[data-drop]").hidden = true;
    this.form.elements.duration.value = 5;
    this.form.elements.duration_unit.value = "workday";
    this.form.elements.constraint.value = "asap";
    this.enable(true, false, false);
    this.fitConstraint();
    this.form.elements.name.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.node.hidden = true;
    this.closed();
  }

  // After an answer the open task is shown as it stands now.
  refresh() {
    if (!this.isOpen) return;
    const task = this.task && this.chart.task(this.task.id);
    if (task) this.open(task.id, false);
    else this.close();
  }

  fill(task) {
    const { form, node, words } = this;
    node.querySelector("[data-panel-title]").textContent = `${task.number ?? ""} ${task.name}`.trim();
    FIELDS.forEach((name) => { form.elements[name].value = task[name] ?? ""; });
    form.elements.constraint.value = task.constraint || "asap";
    form.elements.reason.value = "";
    this.enable(this.chart.view.editable, task.summary, task.milestone);
    this.fitConstraint();
    node.querySelector("[data-drop]").hidden = !this.chart.view.editable;
    node.querySelector("[data-panel-links]").hidden = false;
    node.querySelector("[data-panel-facts]").replaceChildren(...this.facts(task).flatMap(([label, text]) => [html("dt", {}, label), html("dd", {}, text)]));
    this.fillLinks(task, words);
  }

  enable(editable, summary, milestone) {
    [...this.form.elements].forEach((field) => { field.disabled = !editable; });
    ["duration", "duration_unit", "percent", "actual_start", "actual_finish", "constraint", "constraint_on"].forEach((name) => {
      this.form.elements[name].closest(".field").hidden = summary || (milestone && name.startsWith("duration"));
    });
    this.form.querySelector("[data-save]").hidden = !editable;
    this.linkForm.hidden = !editable || summary;
  }

  fitConstraint() {
    const needs = !["", "asap", "alap"].includes(this.form.elements.constraint.value);
    this.form.elements.constraint_on.closest(".field").hidden = !needs || this.form.elements.constraint.closest(".field").hidden;
  }

  facts(task) {
    const { words } = this;
    const drivers = (task.drivers ?? []).map((id) => this.chart.task(id)?.name).filter(Boolean);
    return [
      [words.light, task.light_words ?? ""],
      [words.planned, task.start ? `${task.start} → ${task.finish}` : ""],
      [words.earliest, task.summary || !task.early_start ? "" : `${task.early_start} → ${task.early_finish}`],
      [words.latest, task.summary || !task.late_start ? "" : `${task.late_start} → ${task.late_finish}`],
      [words.forecast, task.forecast_finish && task.forecast_finish !== task.finish ? `${task.forecast_start} → ${task.forecast_finish}` : ""],
      [words.begin_by, task.must_begin_by ?? ""],
      [words.float, task.summary || task.total_float === null ? "" : say(words.float_of, { total: task.total_float, free: task.free_float ?? "—" })],
      [words.waits_for, drivers.join(words.comma)],
      [words.baseline, task.baseline_finish ? `${task.baseline_start ?? "—"} → ${task.baseline_finish}` : ""],
      [words.floor, task.floor ? `${length({ ...task, duration: task.floor }, words)}${task.floor_basis ? ` · ${task.floor_basis}` : ""}` : ""],
      [words.responsible, [task.unit, task.owner].filter(Boolean).join(" · ")],
    ].filter(([, text]) => text);
  }

  fillLinks(task, words) {
    const list = this.node.querySelector("[data-links]");
    const mine = this.chart.gantt.links.filter((link) => link.pred === task.id || link.succ === task.id);
    list.replaceChildren(...mine.map((link) => {
      const before = link.succ === task.id;
      const other = this.chart.task(before ? link.pred : link.succ);
      const lag = link.lag ? ` ${link.lag > 0 ? "+" : ""}${link.lag}${words[`unit_${link.lag_unit}`] ?? ""}` : "";
      const item = html("li", {}, html("span", { class: "chip" }, before ? words.before : words.after),
        html("button", { type: "button", class: "btn-link", "data-go": other?.id }, `${other?.number ?? ""} ${other?.name ?? ""}`.trim()),
        html("span", { class: "muted small mono" }, `${link.kind}${lag}`));
      if (this.chart.view.editable) {
        item.append(html("button", { type: "button", class: "btn btn-sm", "data-unlink": link.id, "aria-label": say(words.unlink_from, { name: other?.name }) }, words.unlink));
      }
      return item;
    }));
    if (!mine.length) list.append(html("li", { class: "muted" }, words.no_links));
    const options = this.node.querySelector("datalist");
    if (options.dataset.head !== String(this.chart.gantt.plan.head)) {
      options.dataset.head = this.chart.gantt.plan.head;
      options.replaceChildren(...this.chart.prepared.tasks.filter((one) => !one.summary).slice(0, MOST_OPTIONS)
        .map((one) => html("option", { value: `${one.number} ${one.name}` })));
    }
  }

  values() {
    const { elements } = this.form;
    const found = {};
    FIELDS.forEach((name) => {
      const text = elements[name].value.trim();
      found[name] = ["duration", "percent"].includes(name) ? (text === "" ? null : Number(text)) : text || null;
    });
    if (["asap", "alap"].includes(found.constraint)) found.constraint_on = null;
    return found;
  }

  async save(event) {
    event.preventDefault();
    const values = this.values();
    const reason = this.form.elements.reason.value.trim();
    if (!this.task) {
      Object.keys(values).forEach((name) => { if (values[name] === null) delete values[name]; });
      await this.ask([{ op: "new_task", parent: this.parent, after: this.after, ...values }], null, null, reason);
      return;
    }
    const { task } = this;
    const change = { op: "task", id: task.id };
    const hidden = (name) => this.form.elements[name].closest(".field").hidden && name !== "constraint_on";
    FIELDS.forEach((name) => {
      const was = name === "constraint" ? task.constraint || "asap" : task[name] ?? null;
      const same = typeof values[name] === "number" ? Number(was) === values[name] && was !== null : (was === "" ? null : was) === values[name];
      if (!same && !hidden(name)) change[name] = values[name];
    });
    if (Object.keys(change).length > 2) await this.ask([change], task, null, reason);
    else this.close();
  }

  async link(event) {
    event.preventDefault();
    const { elements } = this.linkForm;
    const text = elements.other.value.trim();
    const other = this.chart.prepared.tasks.find((one) => `${one.number} ${one.name}` === text || String(one.number) === text || one.name === text);
    if (!other) {
      elements.other.setCustomValidity(this.words.no_such_task);
      elements.other.reportValidity();
      elements.other.addEventListener("input", () => elements.other.setCustomValidity(""), { once: true });
      return;
    }
    const before = elements.side.value === "before";
    const lag = Number(elements.lag.value) || 0;
    const ends = before ? { pred: other.id, succ: this.task.id } : { pred: this.task.id, succ: other.id };
    if (await this.ask([{ op: "link", ...ends, kind: elements.kind.value, lag, lag_unit: elements.lag_unit.value }], this.task)) this.linkForm.reset();
  }

  pressed(event) {
    if (event.target.closest("[data-close-panel]")) this.close();
    const unlink = event.target.closest("[data-unlink]");
    if (unlink) this.ask([{ op: "unlink", id: idOf(unlink.dataset.unlink) }], this.task);
    const go = event.target.closest("[data-go]");
    if (go) {
      this.chart.select(idOf(go.dataset.go));
      this.open(idOf(go.dataset.go));
    }
    if (event.target.closest("[data-drop]") && this.task && window.confirm(say(this.words.drop_sure, { name: this.task.name }))) {
      this.ask([{ op: "drop_task", id: this.task.id }], this.task, null, this.form.elements.reason.value.trim());
    }
  }
}
