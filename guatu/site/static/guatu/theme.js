// Runs before the first paint: light or dark as chosen, else as the system says.
(function () {
  "use strict";
  var root = document.documentElement;
  if (root.hasAttribute("data-theme-auto") && window.matchMedia("(prefers-color-scheme: dark)").matches) {
    root.setAttribute("data-bs-theme", "dark");
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-theme-toggle]");
    if (!button) return;
    event.preventDefault();
    var theme = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    root.setAttribute("data-bs-theme", theme);
    document.cookie = "theme=" + theme + ";path=/;max-age=31536000;samesite=lax";
  });
})();
