// The drawing of a chain. Where every node stands, its size and its status come from the server; here they are drawn, moved
// and searched, and a node's panel is asked for. Without this script the page shows the same drawing as SVG with links.
(function () {
  "use strict";

  var box = document.querySelector("[data-graph]");
  if (!box || !window.cytoscape) return;
  var data = JSON.parse(document.getElementById(box.dataset.graph).textContent);
  var said = document.querySelector("[data-graph-said]");
  var side = document.getElementById("node-side");
  var panel = box.closest(".graph-panel");
  if (!data.nodes.length) return;
  var SHAPES = { missing: "triangle", weak: "diamond", present: "ellipse", strong: "ellipse", unknown: "ellipse" };
  var CLOSEST = 2.5;

  function colours() {
    var style = getComputedStyle(document.documentElement);
    function value(name) { return style.getPropertyValue(name).trim(); }
    return {
      ink: value("--ink"), quiet: value("--ink-2"), line: value("--line-2"), sheet: value("--sheet"), band: value("--sheet-2"),
      accent: value("--accent"), missing: value("--red"), weak: value("--yellow"), present: value("--green"),
      strong: value("--green"), unknown: value("--ink-2"),
    };
  }

  function style() {
    var paint = colours();
    var font = getComputedStyle(document.body).fontFamily;
    var rules = [
      { selector: "node", style: {
        "width": "data(size)", "height": "data(size)", "label": "data(text)", "font-family": font, "font-size": 12, "color": paint.ink,
        "text-valign": "bottom", "text-margin-y": 4, "text-wrap": "wrap", "text-max-width": 220, "line-height": 1.15,
        "text-background-color": paint.sheet, "text-background-opacity": 0.82, "text-background-padding": 1,
        "min-zoomed-font-size": 5, "overlay-opacity": 0, "border-width": 0,
      } },
      { selector: "node.band", style: {
        "shape": "rectangle", "width": "data(width)", "height": "data(height)", "background-color": paint.band, "label": "data(text)",
        "text-valign": "top", "text-margin-y": 26, "font-size": 16, "font-weight": 700, "text-background-opacity": 0,
        "z-index": 0, "z-index-compare": "manual", "events": "no", "min-zoomed-font-size": 0,
      } },
      { selector: "edge", style: {
        "width": 1, "line-color": paint.line, "curve-style": "straight", "target-arrow-shape": "triangle", "target-arrow-color": paint.line,
        "arrow-scale": 0.6, "opacity": 0.75, "overlay-opacity": 0, "z-index": 1, "z-index-compare": "manual", "events": "no",
      } },
      { selector: "node.choke", style: { "outline-width": 2, "outline-color": paint.ink, "outline-offset": 3 } },
      { selector: ".faded", style: { "opacity": 0.22 } },
      { selector: "edge.near", style: { "line-color": paint.accent, "target-arrow-color": paint.accent, "width": 2, "opacity": 1 } },
      { selector: "node.chosen", style: { "overlay-color": paint.accent, "overlay-opacity": 0.22, "overlay-padding": 7, "font-weight": 700 } },
    ];
    Object.keys(SHAPES).forEach(function (status) {
      var hollow = status === "present" || status === "unknown";
      rules.push({ selector: "node." + status, style: {
        "shape": SHAPES[status], "background-color": hollow ? paint.sheet : paint[status], "border-color": paint[status],
        "border-width": hollow ? 2.6 : 0, "border-style": status === "unknown" ? "dashed" : "solid", "z-index": 2, "z-index-compare": "manual",
      } });
    });
    return rules;
  }

  function elements() {
    var found = data.bands.map(function (band, place) {
      return { group: "nodes", classes: "band", grabbable: false, selectable: false,
        data: { id: "band:" + place, text: band.label, width: band.right - band.left, height: data.height - 16 },
        position: { x: (band.left + band.right) / 2, y: data.height / 2 } };
    });
    data.nodes.forEach(function (node) {
      found.push({ group: "nodes", classes: node.status + (node.choke ? " choke" : ""), grabbable: false,
        data: { id: node.id, text: node.label + (node.choke ? "\n◎ " + data.words.choke : ""), size: node.size, url: node.url, hint: node.hint, name: node.name },
        position: { x: node.x, y: node.y } });
    });
    data.edges.forEach(function (edge, place) {
      found.push({ group: "edges", data: { id: "edge:" + place, source: edge.source, target: edge.target } });
    });
    return found;
  }

  box.hidden = false;
  box.setAttribute("aria-label", data.words.drawing);
  document.querySelectorAll("[data-graph-tools], [data-graph-hint]").forEach(function (part) { part.hidden = false; });
  var cy = window.cytoscape({
    container: box, elements: elements(), style: style(), layout: { name: "preset", fit: false },
    minZoom: 0.15, maxZoom: CLOSEST, boxSelectionEnabled: false, autoungrabify: true,
    userZoomingEnabled: false, pixelRatio: Math.max(1, window.devicePixelRatio || 1),
  });
  box.cytoscape = cy;  // for the browser's tests
  box.dataset.ready = "";
  var fitted = true;

  // On a phone the whole chain would be too small to read: the height is fitted, and one pans.
  function fit() {
    var all = cy.elements();
    cy.fit(all, 8);
    if (cy.zoom() < 0.5) { cy.zoom(0.7); cy.pan({ x: 4, y: 4 }); }
    fitted = true;
  }
  fit();
  new ResizeObserver(function () { cy.resize(); if (fitted) fit(); }).observe(box);
  cy.on("pan", function () { fitted = false; });
  new MutationObserver(function () { cy.style(style()); }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });

  function zoom(factor) {
    cy.zoom({ level: Math.min(CLOSEST, cy.zoom() * factor), renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }
  // The wheel zooms with the control key alone, so that the page can still be scrolled past the drawing.
  box.addEventListener("wheel", function (event) {
    if (!event.ctrlKey && !panel.classList.contains("on-wall")) return;
    event.preventDefault();
    var frame = box.getBoundingClientRect();
    cy.zoom({ level: cy.zoom() * (event.deltaY < 0 ? 1.12 : 1 / 1.12), renderedPosition: { x: event.clientX - frame.left, y: event.clientY - frame.top } });
  }, { passive: false });

  // -- choosing a node --------------------------------------------------------------------------------------------

  var chosen = null;
  function choose(node, opens) {
    cy.batch(function () {
      cy.elements().removeClass("chosen faded near");
      chosen = node;
      if (!node) return;
      node.addClass("chosen");
      node.connectedEdges().addClass("near");
      cy.elements().not(".band").not(node.closedNeighborhood()).addClass("faded");
    });
    if (!node) return;
    said.textContent = node.data("hint");
    var at = node.renderedPosition();
    if (at.x < 40 || at.y < 40 || at.x > cy.width() - 40 || at.y > cy.height() - 60) cy.center(node);
    if (opens) open(node);
  }
  function open(node) {
    side.hidden = false;
    window.htmx.ajax("GET", node.data("url"), { source: "#node-side", target: "#node-side", swap: "innerHTML" });
    if (window.innerWidth < 1101) side.scrollIntoView({ block: "start" });
  }
  cy.on("tap", "node", function (event) { if (!event.target.hasClass("band")) choose(event.target, true); });
  cy.on("tap", function (event) { if (event.target === cy) choose(null); });
  cy.on("mouseover", "node", function (event) { if (!event.target.hasClass("band")) { box.title = event.target.data("hint"); box.style.cursor = "pointer"; } });
  cy.on("mouseout", "node", function () { box.title = ""; box.style.cursor = ""; });
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-close-side]")) return;
    side.hidden = true;
    side.replaceChildren();
    choose(null);
    box.focus();
  });

  // -- keys --------------------------------------------------------------------------------------------------------

  var WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function next(way) {
    var nodes = cy.nodes().not(".band");
    if (!chosen) return nodes[0];
    var from = chosen.position(), best = null, least = Infinity;
    nodes.forEach(function (node) {
      if (node === chosen) return;
      var to = node.position(), along = (to.x - from.x) * way[0] + (to.y - from.y) * way[1];
      var across = Math.abs((to.x - from.x) * way[1]) + Math.abs((to.y - from.y) * way[0]);
      if (along > 2 && along + 3 * across < least) { least = along + 3 * across; best = node; }
    });
    return best || chosen;
  }
  box.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (WAYS[event.key]) choose(next(WAYS[event.key]), false);
    else if (event.key === "Enter" && chosen) open(chosen);
    else if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });

  // -- tools -------------------------------------------------------------------------------------------------------

  panel.addEventListener("click", function (event) {
    var button = event.target.closest("[data-zoom]");
    if (button) ({ in: function () { zoom(1.25); }, out: function () { zoom(0.8); }, fit: fit })[button.dataset.zoom]();
    if (event.target.closest("[data-wall]")) wall(!panel.classList.contains("on-wall"));
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") wall(false); });
  function wall(on) {
    if (panel.classList.contains("on-wall") === on) return;
    panel.classList.toggle("on-wall", on);
    fitted = true;
  }
  document.querySelector("[data-graph-find]").addEventListener("input", function (event) {
    var text = event.target.value.trim().toLowerCase();
    if (!text) { choose(null); return; }
    var found = cy.nodes().not(".band").filter(function (node) { return node.data("name").toLowerCase().indexOf(text) >= 0; });
    if (!found.length) { said.textContent = data.words.none; choose(null); return; }
    choose(found[0], false);
    cy.center(found[0]);
  });
})();
