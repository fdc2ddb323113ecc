// Drawing the bars and links of the rows in sight. Takes what to draw, gives SVG nodes; keeps nothing.
import { arrowPath, bar, bracket, diamond, linkPath, pointed } from "./layout.mjs";
import { say, shape } from "./svg.mjs";

const HALF = 6;

function part(task, name) {
  return { "data-task": task.id, "data-part": name };
}

function title(task, words) {
  const lines = [
    `${task.number ?? ""} ${task.name}`.trim(),
    `${task.start ?? "—"} → ${task.finish ?? "—"}`,
  ];
  if (task.light_words) lines.push(task.light_words);
  if (task.must_begin_by && !task.actual_start) lines.push(say(words.must_begin_by, { day: task.must_begin_by }));
  if (task.critical) lines.push(words.critical);
  else if (task.total_float !== null && !task.summary) lines.push(say(words.float_is, { days: task.total_float }));
  return shape("title", {}, lines.join("\n"));
}

function ghost(task, scale, y, view) {
  if (!view.baseline) return null;
  const span = bar(task, scale, task.days.baseline_start, task.days.baseline_finish);
  if (!span) return null;
  if (task.milestone) return shape("path", { class: "ghost", d: diamond(span.x1, y, 7) });
  return shape("rect", { class: "ghost", x: span.x1, y: y + HALF + 2, width: span.x2 - span.x1, height: 3 });
}

function tail(task, scale, span, y, view) {
  if (!view.float || task.summary || task.actual_finish || task.days.late_finish === null) return null;
  const end = scale.x(task.days.late_finish + 1);
  if (end - span.x2 < 3) return null;
  return shape("path", { class: "tail", d: `M${span.x2} ${y}H${end}M${end} ${y - 4}V${y + 4}` });
}

// By what is known today the task ends later than planned: by so much.
function overrun(task, scale, span, y) {
  if (task.summary || task.actual_finish || !(task.days.forecast_finish > task.days.finish)) return null;
  const end = scale.x(task.days.forecast_finish + 1);
  return shape("path", { class: "forecast", d: `M${span.x2} ${y + HALF + 2}H${end}v-4` });
}

function words(task, span, y, view) {
  if (!view.labels) return null;
  if (task.summary) return null;
  const text = task.milestone ? task.name : [task.percent && task.percent < 100 ? `${task.percent}%` : "", task.unit ?? ""].filter(Boolean).join(" ");
  if (!text) return null;
  return shape("text", { class: task.milestone ? "bar-word strong" : "bar-word", x: Math.max(span.x2, span.tail ?? 0) + 9, y: y + 4 }, text);
}

function body(task, span, y, scale) {
  if (task.milestone) return [shape("path", { class: "bar milestone", d: diamond(span.x1, y, 7.5), ...part(task, "bar") })];
  if (task.summary) return [shape("path", { class: "bar summary", d: bracket(span.x1, span.x2, y), ...part(task, "bar") })];
  const nodes = [task.critical
    ? shape("path", { class: "bar", d: pointed(span.x1, span.x2, y, 14), ...part(task, "bar") })
    : shape("rect", { class: "bar", x: span.x1, y: y - HALF, width: span.x2 - span.x1, height: 2 * HALF, rx: 3, ...part(task, "bar") })];
  const done = Math.min(100, Number(task.percent) || 0) / 100;
  if (done && !task.actual_finish) {
    nodes.push(shape("rect", { class: "progress", x: span.x1 + 2, y: y - 1.5, width: Math.max(0, (span.x2 - span.x1 - 4) * done), height: 3 }));
  }
  return nodes;
}

// What a row's group is called, so that one style sheet draws it for screen and print.
function looks(task, view) {
  return [
    "row-bar", task.critical ? "critical" : "", task.actual_finish ? "over" : "", task.actual_start && !task.actual_finish ? "begun" : "",
    view.selected === task.id ? "selected" : "", view.moved.has(task.id) ? "moved" : "", task.milestone ? "is-milestone" : "",
  ].filter(Boolean).join(" ");
}

// One row: ghost, tail, bar, handles, words. `y` is the middle of the row.
export function drawRow(task, scale, y, view, x1, x2) {
  const span = bar(task, scale);
  if (!span) return null;
  const reach = Math.max(scale.x(Math.max(task.days.late_finish ?? 0, task.days.forecast_finish ?? 0) + 1), span.x2) + 260;
  if (span.x1 > x2 || reach < x1) return null;
  if (!task.summary && !task.actual_finish) {
    span.tail = scale.x(Math.max(view.float ? task.days.late_finish ?? 0 : 0, task.days.forecast_finish ?? 0) + 1);
  }
  const group = shape("g", { class: looks(task, view) }, ghost(task, scale, y, view), tail(task, scale, span, y, view),
    overrun(task, scale, span, y), ...body(task, span, y, scale), words(task, span, y, view));
  if (view.editable && !task.summary) {
    if (!task.milestone && !task.actual_finish) group.append(shape("rect", { class: "grip", x: span.x2 - 4, y: y - 9, width: 8, height: 18, ...part(task, "grip") }));
    group.append(
      shape("circle", { class: "port", cx: span.x1 - 7, cy: y, r: 4, ...part(task, "port-start") }),
      shape("circle", { class: "port", cx: span.x2 + 7, cy: y, r: 4, ...part(task, "port-end") }),
    );
  }
  group.append(title(task, view.words));
  return group;
}

const MOST_LINKS = 800;

// The links between rows of which some part lies in the window. `at` gives the row's number of a task, or undefined.
export function drawLinks(links, tasks, at, scale, rowHeight, window, view) {
  const nodes = [];
  const middle = (row) => (row + 0.5) * rowHeight;
  for (const link of links) {
    const from = at.get(link.pred);
    const to = at.get(link.succ);
    if (from === undefined || to === undefined) continue;
    if (Math.max(from, to) < window.first || Math.min(from, to) > window.last) continue;
    const pred = tasks.get(link.pred);
    const succ = tasks.get(link.succ);
    const one = bar(pred, scale);
    const other = bar(succ, scale);
    if (!one || !other) continue;
    if (Math.min(one.x1, other.x1) > window.x2 + 20 || Math.max(one.x2, other.x2) < window.x1 - 20) continue;
    const a = { ...edge(pred, one), y: middle(from) };
    const b = { ...edge(succ, other), y: middle(to) };
    const drives = pred.critical && succ.critical && (succ.drivers ?? []).includes(link.pred);
    const held = view.selected === link.pred || view.selected === link.succ;
    nodes.push(shape("g", { class: `link${drives ? " critical" : ""}${held ? " held" : ""}` },
      shape("path", { d: linkPath(link.kind, a, b, rowHeight) }), shape("path", { class: "arrow", d: arrowPath(link.kind, b) })));
    if (nodes.length >= MOST_LINKS) break;
  }
  return nodes;
}

function edge(task, span) {
  return task.milestone ? { x1: span.x1 - 7, x2: span.x2 + 7 } : span;
}
