// Where everything of a plan stands: pure geometry, no page. Lengths are pixels, days are numbers (see days.mjs).
import { dayNumber } from "./days.mjs";

const DATES = [
  "start", "finish", "early_start", "early_finish", "late_start", "late_finish", "must_begin_by", "actual_start",
  "actual_finish", "baseline_start", "baseline_finish", "forecast_start", "forecast_finish",
];

// The tasks with their dates as day numbers under `days`, their children counted, and where each stands in the list.
export function prepare(tasks) {
  const place = new Map(tasks.map((task, index) => [task.id, index]));
  const children = new Map();
  const prepared = tasks.map((task) => {
    const days = {};
    DATES.forEach((name) => { days[name] = dayNumber(task[name]); });
    if (task.parent !== null && place.has(task.parent)) children.set(task.parent, (children.get(task.parent) ?? 0) + 1);
    return { ...task, days };
  });
  return { tasks: prepared, place, children };
}

// The rows shown when the summaries in `closed` are folded, each with its level counted from 1.
export function outline({ tasks, place }, closed, keep = () => true) {
  const hidden = new Set();
  const kept = new Set();
  tasks.forEach((task) => {
    if (!keep(task)) return;
    for (let one = task; one; one = tasks[place.get(one.parent)]) kept.add(one.id);
  });
  const levels = new Map();
  const rows = [];
  tasks.forEach((task) => {
    const above = place.has(task.parent) ? task.parent : null;
    levels.set(task.id, above === null ? 1 : levels.get(above) + 1);
    if (above !== null && (hidden.has(above) || closed.has(above))) hidden.add(task.id);
    else if (kept.has(task.id)) rows.push({ task, level: levels.get(task.id), index: rows.length });
  });
  return rows;
}

// The first and last row (both drawn) that a window of pixels shows, with `over` more at each side.
export function rowsBetween(top, height, rowHeight, count, over = 8) {
  return [
    Math.max(0, Math.floor(top / rowHeight) - over),
    Math.min(count - 1, Math.ceil((top + height) / rowHeight) + over),
  ];
}

// The same for rows of different heights; `tops` has the upper edge of every row, and the lower edge of the last.
export function rowAt(tops, y) {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle] <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

// The two ends of a task's bar; a milestone has both at the end of its day. null when it has no dates.
export function bar(task, scale, start = task.days.start, finish = task.days.finish) {
  if (start === null || finish === null) return null;
  if (task.milestone) return { x1: scale.x(finish + 1), x2: scale.x(finish + 1) };
  const x1 = scale.x(start);
  return { x1, x2: Math.max(x1 + 2, scale.x(finish + 1)) };
}

const GAP = 9;

// The path of a link between two bars {x1, x2, y}: each end leaves and arrives on the side that its kind names.
export function linkPath(kind, pred, succ, rowHeight) {
  const fromEnd = kind[0] === "F";
  const toEnd = kind[1] === "F";
  const x1 = fromEnd ? pred.x2 : pred.x1;
  const x2 = toEnd ? succ.x2 : succ.x1;
  if (fromEnd && toEnd) return `M${x1} ${pred.y}H${Math.max(x1, x2) + GAP}V${succ.y}H${x2}`;
  if (!fromEnd && !toEnd) return `M${x1} ${pred.y}H${Math.min(x1, x2) - GAP}V${succ.y}H${x2}`;
  const out = fromEnd ? GAP : -GAP;
  if ((x2 - x1) * Math.sign(out) >= 2 * GAP) return `M${x1} ${pred.y}H${x2 - out}V${succ.y}H${x2}`;
  const between = succ.y + (succ.y > pred.y ? -rowHeight / 2 : rowHeight / 2);
  return `M${x1} ${pred.y}h${out}V${between}H${x2 - out}V${succ.y}H${x2}`;
}

// The arrow at a link's end, pointing into the bar.
export function arrowPath(kind, succ) {
  const left = kind[1] === "F";
  const x = left ? succ.x2 : succ.x1;
  return left ? `M${x} ${succ.y}l5 -3.2v6.4z` : `M${x} ${succ.y}l-5 -3.2v6.4z`;
}

// A critical bar has pointed ends, so that it is told without its colour.
export function pointed(x1, x2, y, height) {
  const tip = Math.min(5, (x2 - x1) / 3);
  const half = height / 2;
  return `M${x1 + tip} ${y - half}H${x2 - tip}L${x2} ${y}L${x2 - tip} ${y + half}H${x1 + tip}L${x1} ${y}Z`;
}

// A summary is a bracket over its parts.
export function bracket(x1, x2, y) {
  const leg = Math.min(6, (x2 - x1) / 2);
  return `M${x1} ${y - 5}H${x2}V${y + 5}L${x2 - leg} ${y}H${x1 + leg}L${x1} ${y + 5}Z`;
}

export function diamond(x, y, radius) {
  return `M${x} ${y - radius}L${x + radius} ${y}L${x} ${y + radius}L${x - radius} ${y}Z`;
}

const NEAR = 120;

// The stretch of days a plan must show: everything planned and promised, today when it is near, with air at both ends.
export function stretch(plan, tasks, today) {
  let least = Infinity;
  let most = -Infinity;
  const take = (day) => {
    if (day === null || day === undefined) return;
    least = Math.min(least, day);
    most = Math.max(most, day);
  };
  [plan.start, plan.finish, plan.promised_on].forEach((day) => take(dayNumber(day)));
  tasks.forEach((task) => ["start", "finish", "baseline_start", "baseline_finish", "forecast_finish"].forEach((name) => take(task.days[name])));
  if (least === Infinity || (today >= least - NEAR && today <= most + NEAR)) take(today);
  const air = Math.max(14, Math.round((most - least) * 0.06));
  return [least - air, most + air];
}

// The tasks whose dates differ between two states of a plan: their ids.
export function moved(before, after) {
  const old = new Map(before.map((task) => [task.id, task]));
  const found = new Set();
  after.forEach((task) => {
    const was = old.get(task.id);
    if (!was || was.start !== task.start || was.finish !== task.finish) found.add(task.id);
  });
  return found;
}

// A lane for each of a project's tasks such that none overlap, in as few lanes as `most` allows.
export function lanes(spans, most) {
  const ends = [];
  return spans.map(([from, to]) => {
    let lane = ends.findIndex((end) => end < from);
    if (lane < 0) lane = ends.length < most ? ends.length : ends.indexOf(Math.min(...ends));
    ends[lane] = Math.max(ends[lane] ?? -Infinity, to);
    return lane;
  });
}
