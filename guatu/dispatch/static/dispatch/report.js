// What is typed into a report stays in the browser until it is handed in, so that a dead battery or a tunnel loses
// nothing. The page works without it.
(function () {
  "use strict";

  function read(key) {
    try { return JSON.parse(window.localStorage.getItem(key) || "null"); } catch (error) { return null; }
  }
  function write(key, value) {
    try { window.localStorage.setItem(key, JSON.stringify(value)); } catch (error) { /* full, or forbidden */ }
  }
  function forget(key) {
    try { window.localStorage.removeItem(key); } catch (error) { /* forbidden */ }
  }

  function kept(form) {
    var values = {};
    form.querySelectorAll("input, select, textarea").forEach(function (input) {
      if (!input.name || input.type === "file" || input.type === "hidden" || input.name === "photo_id") return;
      if (input.type === "radio") { if (input.checked) values[input.name] = input.value; } else values[input.name] = input.value;
    });
    return values;
  }
  function put(form, values) {
    var changed = false;
    form.querySelectorAll("input, select, textarea").forEach(function (input) {
      if (!(input.name in values) || input.type === "file") return;
      if (input.type === "radio") {
        if (input.value === values[input.name] && !input.checked) { input.checked = true; changed = true; }
      } else if (input.value !== values[input.name]) { input.value = values[input.name]; changed = true; }
    });
    return changed;
  }

  function start() {
    var form = document.querySelector("form[data-keeps]");
    if (!form) return;
    var key = form.dataset.keeps, seen = form.dataset.seen;
    var stored = read(key);
    // Typed over another state of the report (handed in meanwhile, or sent back): no longer of use.
    if (stored && stored.seen !== seen) { forget(key); stored = null; }
    if (stored && !("answered" in form.dataset) && put(form, stored.values)) {
      form.querySelector("[data-restored]").hidden = false;
    }
    form.addEventListener("input", function () { write(key, { seen: seen, values: kept(form) }); });
    form.querySelector("[data-forget]").addEventListener("click", function () { forget(key); window.location.reload(); });
    var chosen = form.querySelector("[data-chosen]");
    form.querySelectorAll("input[type=file]").forEach(function (input) {
      input.addEventListener("change", function () {
        var count = 0;
        form.querySelectorAll("input[type=file]").forEach(function (one) { count += one.files.length; });
        chosen.textContent = count ? "+" + count : "";
      });
    });
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
