// Columns of the table of nodes: which of them a reader sees is kept in the browser. Without this script the usual ones stand.
(function () {
  "use strict";

  var KEY = "guatu-chain-columns";

  function kept() {
    try { return JSON.parse(window.localStorage.getItem(KEY)) || {}; } catch (_fault) { return {}; }
  }
  function show(name, shown) {
    document.querySelectorAll('#nodes-table [data-col="' + name + '"]').forEach(function (cell) { cell.hidden = !shown; });
  }
  function apply() {
    var asked = kept();
    document.querySelectorAll("#nodes-table [data-column]").forEach(function (box) {
      if (box.dataset.column in asked) box.checked = asked[box.dataset.column];
      show(box.dataset.column, box.checked);
    });
  }
  document.addEventListener("change", function (event) {
    var box = event.target.closest("[data-column]");
    if (!box) return;
    event.stopPropagation();
    var asked = kept();
    asked[box.dataset.column] = box.checked;
    try { window.localStorage.setItem(KEY, JSON.stringify(asked)); } catch (_fault) { /* a browser that keeps nothing */ }
    show(box.dataset.column, box.checked);
  }, true);
  document.addEventListener("htmx:afterSettle", apply);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", apply);
  else apply();
})();
