// The sheet that scrolls: only rows and columns in sight are in the page. One scroller holds tree, head and bars.
import { dayNumber, PIXELS, Scale, ZOOMS } from "./days.mjs";
import { drawLinks, drawRow } from "./bars.mjs";
import { outline, prepare, rowsBetween, stretch } from "./layout.mjs";
import { drawGround, drawHead, HEAD, html, shape } from "./svg.mjs";
import { columns, drawTreeRow, rowId } from "./tree.mjs";

export const ROW = 28;
// Pixels drawn beyond the window, so that a small scroll needs no drawing.
const OVER = 400;
// Room that the whole plan leaves on its right for the words behind the last bars.
const WORDS = 110;

export class Chart {
  constructor(root, words, chinese) {
    this.root = root;
    this.words = words;
    this.chinese = chinese;
    this.closed = new Set();
    this.view = {
      words, selected: null, moved: new Set(), baseline: true, float: true, links: true, labels: true, onlyCritical: false,
      editable: false, status: null, columns: columns(words),
    };
    this.zoom = "month";
    this.build();
  }

  build() {
    this.headCells = html("div", { class: "tree-head", role: "row", "aria-rowindex": 1 },
      ...this.view.columns.map((column) => html("div", { class: `tree-cell c-${column.name}`, role: "columnheader" }, column.label)));
    this.headSvg = shape("svg", { class: "head-svg", height: HEAD, "aria-hidden": "true" });
    this.body = html("div", { class: "tree-body", role: "rowgroup" });
    this.svg = shape("svg", { class: "bars-svg", "aria-hidden": "true" });
    this.overlay = shape("g", { class: "overlay" });
    this.tree = html("div", { class: "tree" }, html("div", { class: "tree-top", role: "rowgroup" }, this.headCells), this.body);
    this.bars = html("div", { class: "bars" }, html("div", { class: "bars-top" }, this.headSvg), html("div", { class: "bars-body" }, this.svg));
    this.root.replaceChildren(html("div", { class: "plan-sheet" }, this.tree, this.bars));
    this.root.addEventListener("scroll", () => this.plan(), { passive: true });
    new ResizeObserver(() => this.redraw()).observe(this.root);
  }

  // Shows a plan (the server's dict); the day in sight stays where it was.
  show(gantt, today) {
    const kept = this.scale ? this.scale.first + this.root.scrollLeft / this.scale.pixels : null;
    this.gantt = gantt;
    this.today = dayNumber(today);
    this.prepared = prepare(gantt.tasks);
    this.byId = new Map(this.prepared.tasks.map((task) => [task.id, task]));
    this.idle = new Set(gantt.calendar.idle.map(dayNumber));
    this.view.status = gantt.plan.as_of;
    this.refit(kept);
  }

  refit(kept) {
    const [first, last] = stretch(this.gantt.plan, this.prepared.tasks, this.today);
    const pixels = this.zoom === "fit" ? Math.min(PIXELS.day, Math.max(0.3, Math.max(this.room * 0.6, this.room - WORDS) / (last - first + 1))) : PIXELS[this.zoom];
    const extra = Math.max(0, Math.ceil(this.room / pixels) - (last - first + 1));
    this.scale = new Scale(first, last + extra, pixels);
    this.rows = outline(this.prepared, this.closed, this.view.onlyCritical ? (task) => task.critical : () => true);
    this.at = new Map(this.rows.map((row) => [row.task.id, row.index]));
    if (!this.at.has(this.view.selected)) this.view.selected = this.rows[0]?.task.id ?? null;
    const height = Math.max(this.rows.length * ROW, this.root.clientHeight - HEAD - 2);
    this.body.style.height = this.svg.parentNode.style.height = `${height}px`;
    this.bars.style.width = `${this.scale.width}px`;
    this.root.setAttribute("aria-rowcount", this.rows.length + 1);
    if (kept !== null && kept !== undefined) this.root.scrollLeft = (kept - this.scale.first) * pixels;
    this.redraw();
  }

  get treeWidth() {
    return this.tree.offsetWidth;
  }

  get room() {
    return Math.max(120, this.root.clientWidth - this.treeWidth - 2);
  }

  zoomTo(zoom) {
    const centre = this.scale.first + (this.root.scrollLeft + this.room / 2) / this.scale.pixels;
    this.zoom = zoom;
    this.refit();
    this.root.scrollLeft = (centre - this.scale.first) * this.scale.pixels - this.room / 2;
    this.redraw();
  }

  zoomBy(step) {
    const place = this.zoom === "fit" ? 1 : ZOOMS.indexOf(this.zoom);
    const next = ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, place + step))];
    if (next !== this.zoom) this.zoomTo(next);
    return next;
  }

  goTo(day, share = 0.3) {
    this.root.scrollLeft = this.scale.x(day) - this.room * share;
    this.plan();
  }

  // Draws before the next frame, unless what is in sight is drawn already.
  plan() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  redraw() {
    this.drawn = null;
    if (this.scale) this.plan();
  }

  draw() {
    if (!this.scale || !this.root.clientHeight) return;
    const { scrollLeft: left, scrollTop: top, clientHeight: height } = this.root;
    const width = this.root.clientWidth;
    const drawn = this.drawn;
    if (drawn && left !== drawn.head) {
      drawn.head = left;
      this.drawHead(left, width);
    }
    if (drawn && left >= drawn.left - OVER / 2 && left <= drawn.left + OVER / 2 && top >= drawn.top - 4 * ROW && top <= drawn.top + 4 * ROW) return;
    const [first, last] = rowsBetween(top, height, ROW, this.rows.length, 6);
    const window = { first, last, x1: Math.max(0, left - OVER), x2: Math.min(this.scale.width, left + width + OVER) };
    this.drawn = { left, top, head: left };
    const y1 = first * ROW;
    const y2 = Math.max((last + 1) * ROW, top + height - HEAD);
    const lines = this.lines();
    this.drawHead(left, width);
    frame(this.svg, window.x1, y1, window.x2 - window.x1, y2 - y1);
    const nodes = drawGround(this.scale, window.x1, window.x2, y1, y2, this.idle, this.chinese, lines);
    const tree = [];
    const bars = [];
    for (let place = first; place <= last; place += 1) {
      const row = this.rows[place];
      const y = (place + 0.5) * ROW;
      if (this.view.selected === row.task.id) nodes.unshift(shape("rect", { class: "row-selected", x: window.x1, y: place * ROW, width: window.x2 - window.x1, height: ROW }));
      bars.push(drawRow(row.task, this.scale, y, this.view, window.x1, window.x2));
      tree.push(drawTreeRow(row, this.view, {
        height: ROW, total: this.rows.length, folded: this.closed.has(row.task.id), parts: this.prepared.children.get(row.task.id) ?? 0,
      }));
    }
    const links = this.view.links ? drawLinks(this.gantt.links, this.byId, this.at, this.scale, ROW, window, this.view) : [];
    this.svg.replaceChildren(...nodes, ...links, ...bars.filter(Boolean), this.overlay);
    this.body.replaceChildren(...tree);
    if (this.view.selected !== null && document.getElementById(rowId(this.view.selected))) {
      this.root.setAttribute("aria-activedescendant", rowId(this.view.selected));
    } else this.root.removeAttribute("aria-activedescendant");
  }

  drawHead(left, width) {
    const x1 = Math.max(0, left - 60);
    const x2 = Math.min(this.scale.width, left + width);
    frame(this.headSvg, x1, 0, x2 - x1, HEAD);
    drawHead(this.headSvg, this.scale, x1, x2, this.chinese, this.lines(), left);
  }

  // Today, the status day and the promised day, as lines with a flag in the head.
  lines() {
    const { plan } = this.gantt;
    const found = [];
    const add = (name, day, label, end) => {
      if (day !== null) found.push({ name, x: this.scale.x(day + (end ? 1 : 0)), label });
    };
    const day = dayNumber(plan.as_of);
    const inside = (one) => one !== null && one >= this.scale.first && one <= this.scale.last;
    if (inside(this.today) && day !== this.today) add("today", this.today, this.words.today);
    if (inside(day)) add("as-of", day, `${day === this.today ? this.words.today : this.words.as_of} ${plan.as_of.slice(5)}`);
    const status = dayNumber(plan.status_on);
    if (status !== null && status !== day) add("status", status, `${this.words.status} ${plan.status_on.slice(5)}`);
    add("promised", dayNumber(plan.promised_on), `${this.words.promised} ${plan.promised_on?.slice(5) ?? ""}`, true);
    return found;
  }

  select(id, scrolls = true) {
    this.view.selected = id;
    const row = this.at.get(id);
    if (scrolls && row !== undefined) this.reveal(row);
    this.redraw();
    this.root.dispatchEvent(new CustomEvent("plan:selected", { detail: id }));
  }

  reveal(row) {
    const top = row * ROW;
    const room = this.root.clientHeight - HEAD - ROW;
    if (top < this.root.scrollTop) this.root.scrollTop = top;
    else if (top > this.root.scrollTop + room) this.root.scrollTop = top - room;
  }

  fold(id, folded) {
    if (folded) this.closed.add(id);
    else this.closed.delete(id);
    this.refit();
  }

  task(id) {
    return this.byId.get(id);
  }
}

export function frame(svg, x, y, width, height) {
  svg.setAttribute("viewBox", `${x} ${y} ${Math.max(1, width)} ${Math.max(1, height)}`);
  svg.setAttribute("width", Math.max(1, width));
  svg.setAttribute("height", Math.max(1, height));
  svg.style.left = `${x}px`;
  svg.style.top = `${y}px`;
}
