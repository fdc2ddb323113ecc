// The task tree at the left: the rows in sight of an ARIA tree grid. Takes rows, gives nodes; keeps nothing.
import { html, lamp, say } from "./svg.mjs";

// A column shows `text`; `narrow` ones give way first when the sheet is small.
export function columns(words) {
  return [
    { name: "number", label: words.number, text: (task) => task.number ?? "" },
    { name: "name", label: words.task, text: (task) => task.name },
    { name: "start", label: words.start, text: (task) => short(task.start) },
    { name: "finish", label: words.finish, text: (task) => short(task.finish) },
    { name: "length", label: words.length, text: (task) => length(task, words) },
    { name: "float", label: words.float, text: (task) => (task.summary || task.actual_finish ? "" : String(task.total_float ?? "")) },
  ];
}

export function short(day) {
  return day ? day.slice(2) : "—";
}

export function length(task, words) {
  if (task.summary || task.milestone || task.duration === null || task.duration === undefined) return "";
  return `${task.duration}${words[`unit_${task.duration_unit}`] ?? ""}`;
}

export function rowId(id) {
  return `plan-row-${id}`;
}

export function drawTreeRow(row, view, { height, total, folded, parts }) {
  const { task, level, index } = row;
  const node = html("div", {
    class: ["tree-row", task.summary ? "summary" : "", task.critical ? "critical" : "", task.actual_finish ? "over" : "",
      view.selected === task.id ? "selected" : "", view.moved.has(task.id) ? "moved" : ""].filter(Boolean).join(" "),
    id: rowId(task.id), role: "row", "aria-level": level, "aria-rowindex": index + 2, "aria-selected": String(view.selected === task.id),
    "aria-expanded": parts ? String(!folded) : null, "data-task": task.id, "data-total": total,
    style: `top:${index * height}px;height:${height}px`,
  });
  view.columns.forEach((column) => node.append(cell(column, task, level, view, parts, folded)));
  return node;
}

function cell(column, task, level, view, parts, folded) {
  const node = html("div", { class: `tree-cell c-${column.name}`, role: "gridcell" });
  if (column.name !== "name") {
    node.textContent = column.text(task);
    return node;
  }
  node.style.paddingLeft = `${(level - 1) * 14 + 4}px`;
  node.append(html("span", { class: parts ? `fold${folded ? " folded" : ""}` : "fold none", "data-fold": parts ? task.id : null, "aria-hidden": "true" }));
  if (task.light) node.append(lamp(task.light, `${view.words[`light_${task.light}`] ?? task.light}${task.light_words ? `: ${task.light_words}` : ""}`) ?? "");
  const name = html("span", { class: "task-name", title: task.name }, task.name);
  node.append(name);
  if (task.critical && !task.summary) node.append(html("span", { class: "visually-hidden" }, ` ${view.words.critical}`));
  if (late(task, view)) node.append(html("span", { class: "late-word", title: say(view.words.should_have_begun, { day: task.must_begin_by }) }, view.words.late));
  if (task.obstacles) node.append(html("span", { class: "obstacle-word", title: view.words.obstacles }, `!${Array.isArray(task.obstacles) ? task.obstacles.length : task.obstacles}`));
  return node;
}

// A task that should have begun by the status day and has not.
export function late(task, view) {
  return Boolean(!task.summary && task.must_begin_by && view.status && task.must_begin_by < view.status);
}
