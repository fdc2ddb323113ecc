// The rows of the wall plan: pure, no page. Groups hold projects, an opened project shows its tasks.
import { dayNumber } from "./days.mjs";
import { lanes } from "./layout.mjs";

export const HEIGHTS = { group: 30, project: 36, task: 22 };
export const LANES = 3;

// The server's dict with days as numbers; each task's lane within its project's row.
export function prepare(portfolio) {
  return portfolio.groups.map((group) => ({
    ...group,
    projects: group.projects.map((project) => {
      const tasks = project.tasks.map((task) => ({ ...task, from: dayNumber(task.start), to: dayNumber(task.finish) }))
        .filter((task) => task.from !== null && task.to !== null);
      const bars = tasks.filter((task) => !task.milestone);
      const placed = lanes(bars.map((task) => [task.from, task.to]), LANES);
      bars.forEach((task, index) => { task.lane = placed[index]; });
      return {
        ...project, tasks, from: dayNumber(project.start), to: dayNumber(project.finish), promised: dayNumber(project.promised_on),
        used: Math.max(1, Math.min(LANES, Math.max(0, ...placed.map((lane) => lane + 1)))),
        words: [project.name, project.code, ...tasks.map((task) => task.name)].join("\n").toLowerCase(),
      };
    }),
  }));
}

// Whether a project is meant by the filter {text, light, late}.
export function matches(project, filter) {
  if (filter.late && !(project.late_by > 0)) return false;
  if (filter.light && project.light !== filter.light) return false;
  return !filter.text || filter.text.toLowerCase().split(/\s+/).every((word) => project.words.includes(word));
}

// Rows in order with their upper edges; `closed` are keys of groups, `opened` ids of projects.
export function rowsOf(groups, filter, closed, opened) {
  const rows = [];
  const tops = [0];
  const add = (row) => {
    rows.push({ ...row, index: rows.length, top: tops[rows.length], height: HEIGHTS[row.kind] });
    tops.push(tops[tops.length - 1] + HEIGHTS[row.kind]);
  };
  let shown = 0;
  groups.forEach((group) => {
    const projects = group.projects.filter((project) => matches(project, filter));
    if (!projects.length) return;
    shown += projects.length;
    add({ kind: "group", key: `g${group.key}`, group, count: projects.length, late: projects.filter((project) => project.late_by > 0).length });
    if (closed.has(group.key)) return;
    projects.forEach((project) => {
      add({ kind: "project", key: `p${project.id}`, project });
      if (opened.has(project.id)) project.tasks.forEach((task) => add({ kind: "task", key: `t${task.id}`, task, project }));
    });
  });
  return { rows, tops, shown, height: tops[tops.length - 1] };
}

// Where the bar of a lane stands within a project's row: its upper edge and height.
export function laneBox(row, lane, used) {
  const height = used === 1 ? 11 : used === 2 ? 9 : 7;
  const gap = 2;
  const whole = used * height + (used - 1) * gap;
  return { y: row.top + (row.height - whole) / 2 + lane * (height + gap), height };
}
