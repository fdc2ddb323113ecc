// The real map: zones at their own coordinates on plain ground. No tiles, no glyphs, no network but this server's data.
import { LngLatBounds, Map, Marker, NavigationControl } from "../vendor/maplibre/maplibre-gl.mjs";

let map = null;
let markers = [];
let fitted = false;

function paint(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function share(data, word) {
  return data.rows ? Math.min(1, data[word] / data.rows) : 0;
}

function style() {
  return {
    version: 8,
    sources: { zones: { type: "geojson", data: { type: "FeatureCollection", features: [] } } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": paint("--sheet-2") } },
      { id: "areas", type: "fill", source: "zones", filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": ["get", "colour"], "fill-opacity": ["get", "depth"] } },
      { id: "outlines", type: "line", source: "zones", filter: ["!=", ["geometry-type"], "Point"],
        paint: { "line-color": paint("--ink"), "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.8, 12, 2], "line-opacity": 0.8 } },
    ],
  };
}

// Red where red lights are, else yellow, else the ink of paper: the more projects have one, the deeper.
function coloured(collection) {
  collection.features.forEach((feature) => {
    const data = feature.properties;
    const word = data.red ? "red" : data.yellow ? "yellow" : "";
    data.colour = word ? paint("--" + word) : paint("--ink");
    data.depth = word ? 0.16 + 0.5 * share(data, word) : data.projects ? 0.07 : 0.02;
  });
  return collection;
}

function label(feature) {
  const data = feature.properties;
  const link = document.createElement("a");
  link.className = "real-label";
  link.href = data.url;
  const name = document.createElement("b");
  name.textContent = data.name;
  const counts = document.createElement("span");
  counts.textContent = data.projects || "";
  link.append(name, counts);
  ["red", "yellow"].forEach((word) => {
    if (!data[word]) return;
    const lamp = document.createElement("span");
    lamp.className = "real-lamp real-" + word;
    lamp.textContent = (word === "red" ? "▲" : "◆") + data[word];
    link.append(lamp);
  });
  return link;
}

function bounds(features) {
  const box = new LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(walk));
  features.forEach((feature) => walk(feature.geometry.coordinates));
  return box;
}

// A name that would cover one already standing waits until the map is nearer.
function declutter() {
  const taken = [];
  markers.forEach((marker) => {
    const element = marker.getElement();
    element.classList.remove("is-covered");
    const box = element.getBoundingClientRect();
    const covered = taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top);
    element.classList.toggle("is-covered", covered);
    if (!covered) taken.push(box);
  });
}

async function show() {
  const box = document.getElementById("real-map");
  const source = document.getElementById("real-data");
  if (!box || !source || source.dataset.shown) return;
  source.dataset.shown = "yes";
  const answer = await fetch(source.dataset.url, { headers: { Accept: "application/geo+json" } });
  if (!answer.ok) { box.textContent = source.dataset.failed; return; }
  const collection = coloured(await answer.json());
  if (!map) {
    map = new Map({ container: box, style: style(), attributionControl: false, fadeDuration: 0, dragRotate: false, pitchWithRotate: false, touchPitch: false,
      bounds: bounds(collection.features), fitBoundsOptions: { padding: 36, animate: false } });
    map.touchZoomRotate.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.on("moveend", declutter);
    new MutationObserver(() => { map.setStyle(style()); map.once("styledata", () => put(coloured(collection))); })
      .observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
    await new Promise((ready) => map.once("load", ready));
    fitted = true;
  }
  put(collection);
  box.dataset.ready = "yes";
}

function put(collection) {
  map.getSource("zones").setData(collection);
  markers.forEach((marker) => marker.remove());
  // The smallest first: where two names meet, the one nearer to the projects stays.
  markers = [...collection.features].reverse().map((feature) =>
    new Marker({ element: label(feature) }).setLngLat(feature.properties.label).addTo(map));
  if (fitted) declutter();
}

document.addEventListener("htmx:afterSettle", show);
show();
