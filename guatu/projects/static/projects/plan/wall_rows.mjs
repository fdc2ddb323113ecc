// Drawing the rows of the wall plan that are in sight. Takes rows, gives nodes; keeps nothing.
import { diamond, pointed } from "./layout.mjs";
import { html, lamp, say, shape } from "./svg.mjs";
import { laneBox } from "./wall_layout.mjs";

export function drawCell(row, view) {
  const { words } = view;
  const node = html("div", {
    class: `tree-row w-${row.kind}${view.selected === row.key ? " selected" : ""}`, id: `wall-${row.key}`, role: "row", "data-row": row.index,
    "aria-level": { group: 1, project: 2, task: 3 }[row.kind], "aria-rowindex": row.index + 2, "aria-selected": String(view.selected === row.key),
    "aria-expanded": row.kind === "group" ? String(!view.closed.has(row.group.key)) : row.kind === "project" ? String(view.opened.has(row.project.id)) : null,
    style: `top:${row.top}px;height:${row.height}px`,
  });
  if (row.kind === "group") {
    node.append(html("div", { class: "tree-cell w-name", role: "gridcell" }, html("span", { class: `fold${view.closed.has(row.group.key) ? " folded" : ""}`, "aria-hidden": "true" }), html("b", {}, row.group.name)),
      html("div", { class: "tree-cell w-end", role: "gridcell" }, [say(words.projects, { n: row.count }), row.late ? say(words.late_projects, { n: row.late }) : ""].filter(Boolean).join(" · ")));
  } else if (row.kind === "project") {
    const { project } = row;
    const late = project.late_by > 0;
    const cell = html("div", { class: "tree-cell w-name", role: "gridcell" }, html("span", { class: `fold${view.opened.has(project.id) ? "" : " folded"}`, "aria-hidden": "true" }));
    if (project.light) cell.append(lamp(project.light, words[`light_${project.light}`]) ?? "");
    cell.append(html("span", { class: "w-named" }, html("a", { href: project.url, class: "task-name", tabindex: "-1", title: `${project.code} ${project.name}` }, project.name),
      html("span", { class: "w-code" }, project.code)));
    node.append(cell, html("div", { class: `tree-cell w-end${late ? " is-late" : ""}`, role: "gridcell" },
      html("span", {}, project.promised_on ? project.promised_on.slice(2) : "—"),
      html("span", { class: "w-late" }, late ? say(words.late_by, { n: project.late_by }) : project.promised_on ? words.in_time : words.no_promise)));
  } else {
    node.append(html("div", { class: "tree-cell w-name", role: "gridcell" }, html("span", { class: "task-name", title: row.task.name }, row.task.name)),
      html("div", { class: "tree-cell w-end", role: "gridcell" }, `${row.task.start.slice(5)} → ${row.task.finish.slice(5)}`));
  }
  return node;
}

// The words of a bar are made when the pointer comes over it: most are never read.
function words_of(task, words) {
  return [task.name, `${task.start} → ${task.finish}`, task.done ? words.done : "", task.critical ? words.critical : ""].filter(Boolean).join("\n");
}

function looks(task) {
  return `row-bar${task.critical ? " critical" : ""}${task.done ? " over" : task.percent ? " begun" : ""}`;
}

function taskBar(task, y, height, scale, words, label) {
  const x1 = scale.x(task.from);
  const x2 = Math.max(x1 + 2, scale.x(task.to + 1));
  const group = shape("g", { class: looks(task), "data-tip": words_of(task, words) });
  if (task.milestone) group.append(shape("path", { class: "bar milestone", d: diamond(x2, y + height / 2, height < 10 ? 5.5 : 6.5) }));
  else if (task.critical) group.append(shape("path", { class: "bar", d: pointed(x1, x2, y + height / 2, height) }));
  else group.append(shape("rect", { class: "bar", x: x1, y, width: x2 - x1, height, rx: 2 }));
  const percent = Number(task.percent) || 0;
  if (percent && !task.done && !task.milestone && x2 - x1 > 8) group.append(shape("rect", { class: "progress", x: x1 + 2, y: y + height / 2 - 1, width: (x2 - x1 - 4) * Math.min(1, percent / 100), height: 2 }));
  if (label) group.append(shape("text", { class: "bar-word", x: x2 + 8, y: y + height / 2 + 4 }, label));
  return group;
}

export function drawWallRow(row, scale, x1, x2, view) {
  const nodes = [];
  if (view.selected === row.key) nodes.push(shape("rect", { class: "row-selected", x: x1, y: row.top, width: x2 - x1, height: row.height }));
  if (row.kind === "group") {
    nodes.push(shape("rect", { class: "group-ground", x: x1, y: row.top, width: x2 - x1, height: row.height }));
    return nodes;
  }
  nodes.push(shape("line", { class: "row-line-thin", x1, x2, y1: row.top + row.height - 0.5, y2: row.top + row.height - 0.5 }));
  const seen = (task) => scale.x(task.to + 1) >= x1 - 20 && scale.x(task.from) <= x2 + 20;
  if (row.kind === "task") {
    if (seen(row.task)) nodes.push(taskBar(row.task, row.top + 5, 12, scale, view.words, row.task.milestone ? row.task.name : ""));
    return nodes;
  }
  const { project } = row;
  if (project.from !== null && project.to !== null) {
    const middle = row.top + row.height / 2;
    nodes.push(shape("line", { class: "span-line", x1: scale.x(project.from), x2: scale.x(project.to + 1), y1: middle, y2: middle }));
  }
  const drawn = [...project.tasks].sort((one, other) => Number(one.milestone) - Number(other.milestone) || Number(one.critical) - Number(other.critical));
  drawn.filter(seen).forEach((task) => {
    const box = task.milestone ? { y: row.top + row.height / 2 - 5, height: 10 } : laneBox(row, task.lane, project.used);
    nodes.push(taskBar(task, box.y, box.height, scale, view.words, ""));
  });
  if (project.promised !== null) {
    const x = scale.x(project.promised + 1);
    if (x >= x1 && x <= x2) {
      const late = project.late_by > 0;
      if (late && project.to !== null) nodes.push(shape("rect", { class: "overrun", x, y: row.top + 4, width: Math.max(2, scale.x(project.to + 1) - x), height: row.height - 8 }));
      nodes.push(shape("g", { class: `promise-flag${late ? " late" : ""}` }, shape("line", { x1: x, x2: x, y1: row.top + 2, y2: row.top + row.height - 2 }),
        shape("path", { d: `M${x} ${row.top + 2}h9l-3 4l3 4h-9z` }), shape("title", {}, `${view.words.promised} ${project.promised_on}`)));
    }
  }
  return nodes;
}
