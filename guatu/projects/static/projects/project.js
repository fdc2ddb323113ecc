// A project's page: the day slider, the marks of the band, and photos in large. The page works without it.
(function () {
  "use strict";

  var waiting = 0;

  function dayOf(slider) {
    var day = new Date(slider.dataset.first + "T00:00:00Z");
    day.setUTCDate(day.getUTCDate() + Number(slider.value));
    return day.toISOString().slice(0, 10);
  }

  // While the handle moves, the line of the day goes with it and the day is said; letting go shows the page of that day.
  function follow(slider) {
    var day = dayOf(slider);
    var words = JSON.parse(document.getElementById("day-words").textContent)[slider.value];
    slider.setAttribute("aria-valuetext", words ? day + " " + words : day);
    document.getElementById("day-shown").textContent = words ? day + " " + words : day;
    document.getElementById("as-of-line").setAttribute("x", 100 * slider.value / slider.max + "%");
  }

  function go(slider) {
    var field = document.getElementById(slider.dataset.for);
    var day = dayOf(slider);
    if (field.value === day) return;
    field.value = day;
    field.form.requestSubmit();
  }

  document.addEventListener("input", function (event) {
    if (event.target.id !== "day-slider") return;
    window.clearTimeout(waiting);
    follow(event.target);
  });
  document.addEventListener("change", function (event) {
    if (event.target.id !== "day-slider") return;
    var slider = event.target;
    window.clearTimeout(waiting);
    // With the keyboard every step is a change; wait until the keys rest.
    waiting = window.setTimeout(function () { go(slider); }, slider.matches(":focus-visible") ? 600 : 0);
  });

  // One mark takes the tab key; the arrow keys go from mark to mark.
  function marks(band) {
    return Array.from(band.querySelectorAll("a.mark")).sort(function (one, other) {
      return parseFloat(one.querySelector("svg").getAttribute("x")) - parseFloat(other.querySelector("svg").getAttribute("x"));
    });
  }
  document.addEventListener("keydown", function (event) {
    var mark = event.target.closest && event.target.closest("a.mark");
    var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!mark || !step) return;
    event.preventDefault();
    var all = marks(mark.ownerSVGElement.closest(".band"));
    var next = all[(all.indexOf(mark) + step + all.length) % all.length];
    mark.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });

  // A link to something folded away unfolds it.
  function unfold() {
    var name = decodeURIComponent(window.location.hash.slice(1));
    var target = name && document.getElementById(name);
    if (!target) return;
    var folded = target.matches("details") ? target : target.querySelector("details.promise");
    if (folded) folded.open = true;
  }
  window.addEventListener("hashchange", unfold);

  // -- photos in large -------------------------------------------------------------------------------------------------

  var at = 0;
  function photos() {
    var seen = {};
    return Array.from(document.querySelectorAll("a[data-photo]")).filter(function (link) {
      var first = !seen[link.href];
      seen[link.href] = true;
      return first;
    });
  }
  function enlarge(place) {
    var all = photos();
    var box = document.querySelector("dialog.lightbox");
    at = (place + all.length) % all.length;
    var image = box.querySelector("img");
    image.src = all[at].href;
    image.alt = all[at].dataset.photo;
    box.querySelector("figcaption").textContent = all[at].dataset.photo;
    box.querySelectorAll("[data-step]").forEach(function (button) { button.hidden = all.length < 2; });
    if (!box.open) box.showModal();
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-photo]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      enlarge(photos().findIndex(function (other) { return other.href === link.href; }));
      return;
    }
    var box = event.target.closest("dialog.lightbox");
    if (!box) return;
    var step = event.target.closest("[data-step]");
    if (step) enlarge(at + Number(step.dataset.step));
    else if (event.target.closest("[data-close]") || event.target === box) box.close();
  });
  document.addEventListener("keydown", function (event) {
    var box = document.querySelector("dialog.lightbox[open]");
    if (!box) return;
    if (event.key === "ArrowRight") enlarge(at + 1);
    if (event.key === "ArrowLeft") enlarge(at - 1);
  });

  // -- beginning ---------------------------------------------------------------------------------------------------------

  function start() {
    var band = document.querySelector("svg.band");
    if (band && marks(band).length) marks(band)[0].setAttribute("tabindex", "0");
    unfold();
  }
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target.id === "main" || event.target.querySelector && event.target.querySelector("#day-slider")) start();
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
