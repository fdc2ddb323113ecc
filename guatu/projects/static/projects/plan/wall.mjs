// The portfolio wall plan: every project's plan on one sheet. Only what is in sight is in the page.
import { frame } from "./chart.mjs";
import { dayNumber, PIXELS, Scale, ZOOMS } from "./days.mjs";
import { rowAt } from "./layout.mjs";
import { embedded } from "./server.mjs";
import { drawGround, drawHead, HEAD, html, say, shape } from "./svg.mjs";
import { prepare, rowsOf } from "./wall_layout.mjs";
import { drawCell, drawWallRow } from "./wall_rows.mjs";

const OVER = 500;
const SPARE = 8;

class WallPlan {
  constructor(root) {
    this.root = root;
    this.words = embedded("wall-words");
    this.data = embedded("wall-data");
    this.chinese = document.documentElement.lang.startsWith("zh");
    this.groups = prepare(this.data);
    this.all = this.groups.reduce((sum, group) => sum + group.projects.length, 0);
    this.view = { words: this.words, selected: null, closed: new Set(), opened: new Set() };
    this.filter = { text: "", light: "", late: false };
    this.zoom = "fit";
    this.build();
    this.listen();
    this.readFilter();
    this.refit();
    this.mark();
  }

  build() {
    this.grid = this.root.querySelector("[data-wall-grid]");
    this.headSvg = shape("svg", { class: "head-svg", height: HEAD, "aria-hidden": "true" });
    this.body = html("div", { class: "tree-body", role: "rowgroup" });
    this.svg = shape("svg", { class: "bars-svg", "aria-hidden": "true" });
    this.tree = html("div", { class: "tree" }, html("div", { class: "tree-top", role: "rowgroup" }, html("div", { class: "tree-head w-head", role: "row" },
      html("div", { class: "tree-cell", role: "columnheader" }, this.words.project), html("div", { class: "tree-cell w-end", role: "columnheader" }, this.words.promised))), this.body);
    this.bars = html("div", { class: "bars" }, html("div", { class: "bars-top" }, this.headSvg), html("div", { class: "bars-body" }, this.svg));
    this.grid.replaceChildren(html("div", { class: "plan-sheet" }, this.tree, this.bars));
  }

  listen() {
    const { root, grid } = this;
    grid.addEventListener("scroll", () => this.plan(), { passive: true });
    new ResizeObserver(() => this.refit()).observe(grid);
    this.svg.addEventListener("pointerover", (event) => {
      const bar = event.target.closest("[data-tip]");
      if (!bar) return;
      bar.append(shape("title", {}, bar.dataset.tip));
      delete bar.dataset.tip;
    });
    grid.addEventListener("keydown", (event) => this.pressed(event));
    grid.addEventListener("click", (event) => {
      const row = event.target.closest("[data-row]");
      if (!row || event.target.closest("a")) return;
      const found = this.rows[Number(row.dataset.row)];
      this.view.selected = found.key;
      this.turn(found);
    });
    root.addEventListener("click", (event) => {
      const zoom = event.target.closest("[data-zoom]");
      if (zoom) this.zoomTo(zoom.dataset.zoom);
      if (event.target.closest("[data-open-all]")) this.openAll();
      if (event.target.closest("[data-go-today]")) this.goTo(dayNumber(this.root.dataset.asOf));
    });
    root.addEventListener("input", (event) => {
      if (event.target.matches("[data-filter]")) this.readFilter(true);
    });
    root.addEventListener("submit", (event) => {
      if (event.target.matches("[data-filters]")) event.preventDefault();
    });
  }

  readFilter(redraws = false) {
    this.root.querySelectorAll("[data-filter]").forEach((field) => {
      this.filter[field.dataset.filter] = field.type === "checkbox" ? field.checked : field.value.trim();
    });
    if (redraws) this.refit();
  }

  refit() {
    const { rows, tops, shown, height } = rowsOf(this.groups, this.filter, this.view.closed, this.view.opened);
    Object.assign(this, { rows, tops });
    this.place = new Map(rows.map((row) => [row.key, row.index]));
    if (!this.place.has(this.view.selected)) this.view.selected = rows[0]?.key ?? null;
    const today = dayNumber(this.root.dataset.asOf);
    const first = Math.min(dayNumber(this.data.from) ?? today, today) - 10;
    const last = Math.max(dayNumber(this.data.to) ?? today, today) + 20;
    const pixels = this.zoom === "fit" ? Math.max(0.25, this.room / (last - first + 1)) : PIXELS[this.zoom];
    this.scale = new Scale(first, Math.max(last, first + Math.floor(this.room / pixels) - 1), pixels);
    this.body.style.height = this.svg.parentNode.style.height = `${height}px`;
    this.bars.style.width = `${this.scale.width}px`;
    this.grid.setAttribute("aria-rowcount", rows.length + 1);
    this.root.querySelector("[data-shown]").textContent = say(this.words.shown, { n: shown, all: this.all });
    this.root.querySelector("[data-nothing]").hidden = shown > 0;
    this.redraw();
  }

  get room() {
    return Math.max(200, this.grid.clientWidth - this.tree.offsetWidth - 2);
  }

  mark() {
    this.root.querySelectorAll("[data-zoom]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.zoom === this.zoom)));
  }

  zoomTo(zoom) {
    const centre = this.scale.first + (this.grid.scrollLeft + this.room / 2) / this.scale.pixels;
    const whole = this.zoom === "fit";
    this.zoom = zoom;
    this.refit();
    if (whole) this.goTo(dayNumber(this.root.dataset.asOf));
    else this.grid.scrollLeft = (centre - this.scale.first) * this.scale.pixels - this.room / 2;
    this.redraw();
    this.mark();
  }

  goTo(day) {
    this.grid.scrollLeft = this.scale.x(day) - this.room * 0.35;
    this.plan();
  }

  openAll() {
    const { opened } = this.view;
    if (opened.size) opened.clear();
    else this.groups.forEach((group) => group.projects.forEach((project) => opened.add(project.id)));
    this.refit();
  }

  turn(row, open) {
    const set = row.kind === "group" ? this.view.closed : this.view.opened;
    const key = row.kind === "group" ? row.group.key : row.project?.id;
    const isOpen = row.kind === "group" ? !set.has(key) : set.has(key);
    if (row.kind === "task" || open === isOpen) {
      this.redraw();
      return;
    }
    if (set.has(key)) set.delete(key);
    else set.add(key);
    this.refit();
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = this.place.get(this.view.selected) ?? 0;
    const row = this.rows[at];
    if (!row) return;
    const page = Math.max(1, Math.floor(this.grid.clientHeight / 40));
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.rows.length - 1 };
    const zoom = { "+": 1, "=": 1, "-": -1 }[event.key];
    if (event.key in steps) this.go(steps[event.key]);
    else if (event.key === "ArrowRight") this.turn(row, true);
    else if (event.key === "ArrowLeft" && row.kind === "task") this.go(this.place.get(`p${row.project.id}`));
    else if (event.key === "ArrowLeft") this.turn(row, false);
    else if (event.key === " ") this.turn(row);
    else if (event.key === "Enter" && row.project) window.location.assign(row.project.url);
    else if (zoom) this.zoomTo(ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, (this.zoom === "fit" ? 0 : ZOOMS.indexOf(this.zoom)) + zoom))]);
    else return;
    event.preventDefault();
  }

  go(place) {
    const row = this.rows[Math.max(0, Math.min(this.rows.length - 1, place))];
    this.view.selected = row.key;
    const room = this.grid.clientHeight - HEAD - row.height - 16;
    if (row.top < this.grid.scrollTop) this.grid.scrollTop = row.top;
    else if (row.top > this.grid.scrollTop + room) this.grid.scrollTop = row.top - room;
    this.redraw();
  }

  plan() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  redraw() {
    this.drawn = null;
    this.plan();
  }

  lines() {
    const asOf = dayNumber(this.root.dataset.asOf);
    const today = dayNumber(this.root.dataset.today);
    const label = asOf === today ? this.words.today : this.words.status;
    return [{ name: "as-of", x: this.scale.x(asOf), label: `${label} ${this.root.dataset.asOf.slice(5)}` }];
  }

  // The ground for another stretch of days, or other rows; rows are then drawn one by one as they come into sight.
  drawAfresh(left, width) {
    const x1 = Math.max(0, left - OVER);
    const x2 = Math.min(this.scale.width, left + width + OVER);
    const high = Math.max(this.tops[this.tops.length - 1], this.grid.clientHeight - HEAD - 2);
    this.drawn = { left, top: this.grid.scrollTop, head: left, x1, x2 };
    this.shown = new Map();
    this.layer = shape("g");
    frame(this.svg, x1, 0, x2 - x1, high);
    this.svg.replaceChildren(...drawGround(this.scale, x1, x2, 0, high, new Set(), this.chinese, this.lines()), this.layer);
    this.body.replaceChildren();
  }

  drawHead(left, width) {
    const x1 = Math.max(0, left - 60);
    const x2 = Math.min(this.scale.width, left + width);
    frame(this.headSvg, x1, 0, x2 - x1, HEAD);
    drawHead(this.headSvg, this.scale, x1, x2, this.chinese, this.lines(), left);
  }

  draw() {
    const { scrollLeft: left, scrollTop: top, clientHeight: height, clientWidth: width } = this.grid;
    const { drawn } = this;
    if (!height) return;
    if (!drawn || left !== drawn.head) this.drawHead(left, width);
    if (drawn) drawn.head = left;
    if (drawn && Math.abs(left - drawn.left) <= OVER / 2 && Math.abs(top - drawn.top) <= 120) return;
    const first = Math.max(0, rowAt(this.tops, top) - SPARE);
    const last = Math.min(this.rows.length - 1, rowAt(this.tops, top + height) + SPARE);
    if (!drawn || Math.abs(left - drawn.left) > OVER / 2) this.drawAfresh(left, width);
    else this.drawn = { ...drawn, top };
    for (const [place, nodes] of this.shown) {
      if (place >= first && place <= last) continue;
      nodes.forEach((node) => node.remove());
      this.shown.delete(place);
    }
    const bars = [];
    const cells = [];
    for (let place = first; place <= last; place += 1) {
      if (this.shown.has(place)) continue;
      const shapes = drawWallRow(this.rows[place], this.scale, this.drawn.x1, this.drawn.x2, this.view);
      const cell = drawCell(this.rows[place], this.view);
      this.shown.set(place, [...shapes, cell]);
      bars.push(...shapes);
      cells.push(cell);
    }
    this.layer.append(...bars);
    this.body.append(...cells);
    const selected = document.getElementById(`wall-${this.view.selected}`);
    if (selected) this.grid.setAttribute("aria-activedescendant", selected.id);
    else this.grid.removeAttribute("aria-activedescendant");
  }
}

const root = document.querySelector("[data-wallplan]");
if (root) root.plan = new WallPlan(root);
