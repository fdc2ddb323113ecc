// Making nodes, and the parts that the Gantt and the wall plan draw alike: the head with its ticks, grid, idle days.
import { idleRuns, ticks } from "./days.mjs";

const NAMESPACE = "http://www.w3.org/2000/svg";

export function shape(name, attributes, ...children) {
  const node = document.createElementNS(NAMESPACE, name);
  Object.entries(attributes ?? {}).forEach(([key, value]) => {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  });
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function html(name, attributes, ...children) {
  const node = document.createElement(name);
  Object.entries(attributes ?? {}).forEach(([key, value]) => {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  });
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// A sentence of the page with its %(name)s filled in.
export function say(sentence, values = {}) {
  return (sentence ?? "").replace(/%\((\w+)\)[sd]/g, (_all, name) => String(values[name] ?? ""));
}

// Shapes of the lights, as everywhere in the house: triangle, diamond, disc, ticked ring, ticked square (16 × 16).
const LIGHTS = {
  red: "M8 1.5 15 14.5H1Z",
  yellow: "M8 .8 15.2 8 8 15.2.8 8Z",
  green: "M1.5 8a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0Z",
  done: "M1.4 8a6.6 6.6 0 1 0 13.2 0a6.6 6.6 0 1 0-13.2 0ZM5 8.2l2.2 2.2L11.2 6",
  done_late: "M1.6 1.6H14.4V14.4H1.6ZM5 8.2l2.2 2.2L11.2 6",
};

export function lamp(colour, word) {
  if (!LIGHTS[colour]) return null;
  return shape("svg", { class: `lamp light-${colour}`, viewBox: "0 0 16 16", role: "img", "aria-label": word },
    shape("title", {}, word), shape("path", { d: LIGHTS[colour], "stroke-width": 1.6, "stroke-linejoin": "round" }));
}

// About how wide a text of the head is, in pixels: Chinese characters are square.
function room(text) {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 10.8 : 6.3), 0);
}

// The head: two lines of ticks between the pixels x1 and x2, for an <svg> as high as HEAD.
export const HEAD = 44;

export function drawHead(svg, scale, x1, x2, chinese, lines, left = x1) {
  const found = ticks(scale, scale.day(x1), scale.day(x2), chinese);
  const nodes = [];
  const draw = (list, top, bottom, name) => list.forEach((tick) => {
    const x = scale.x(tick.day);
    const width = scale.x(tick.next) - x;
    nodes.push(shape("line", { class: `tick ${name}`, x1: x, x2: x, y1: top, y2: bottom }));
    // The label of a long stretch stays in sight while the stretch is scrolled.
    const at = name === "coarse" ? Math.max(x, left) + 6 : x + width / 2;
    if ((name === "coarse" ? x + width - at : width) < room(tick.label) + 1) return;
    nodes.push(shape("text", { class: name, x: at, y: bottom - 7, "text-anchor": name === "coarse" ? "start" : "middle" }, tick.label));
  });
  draw(found.coarse, 0, 22, "coarse");
  draw(found.fine, 22, HEAD, "fine");
  nodes.push(shape("line", { class: "tick", x1, x2, y1: 22, y2: 22 }));
  const near = lines.filter((line) => line.x !== null && line.x > x1 - 200 && line.x < x2 + 200).sort((one, other) => one.x - other.x);
  let taken = -Infinity;
  near.forEach((line, place) => {
    const width = room(line.label) + 10;
    // A flag flies to the right of its line, unless the next line stands in its way.
    const next = near[place + 1]?.x ?? x2;
    const left = line.x + width > next && line.x - width > taken ? line.x - width : line.x;
    const top = left < taken ? 3 : 24;
    taken = left + width;
    nodes.push(shape("g", { class: `flag ${line.name}` },
      shape("rect", { x: left, y: top, width, height: 17, rx: 2 }),
      shape("text", { x: left + width / 2, y: top + 12.5, "text-anchor": "middle" }, line.label),
      shape("line", { x1: line.x, x2: line.x, y1: top, y2: HEAD })));
  });
  svg.replaceChildren(...nodes);
}

// The ground under the bars: idle days, fine and coarse lines, and the lines of today, status and promise.
export function drawGround(scale, x1, x2, y1, y2, idle, chinese, lines) {
  const nodes = [];
  const from = scale.day(x1);
  const to = scale.day(x2);
  if (scale.pixels >= 2.4) {
    idleRuns(idle, from, to).forEach(([first, last]) => {
      const x = scale.x(first);
      nodes.push(shape("rect", { class: "idle", x, y: y1, width: scale.x(last + 1) - x, height: y2 - y1 }));
    });
  }
  const found = ticks(scale, from, to, chinese);
  if (found.fineKind !== "day") {
    found.fine.forEach((tick) => nodes.push(shape("line", { class: "grid", x1: scale.x(tick.day), x2: scale.x(tick.day), y1, y2 })));
  }
  found.coarse.forEach((tick) => nodes.push(shape("line", { class: "grid coarse", x1: scale.x(tick.day), x2: scale.x(tick.day), y1, y2 })));
  lines.forEach((line) => {
    if (line.x !== null && line.x >= x1 && line.x <= x2) {
      nodes.push(shape("line", { class: `mark-line ${line.name}`, x1: line.x, x2: line.x, y1, y2 }));
    }
  });
  return nodes;
}
