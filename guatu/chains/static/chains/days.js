// The day slider over a chain's map: while the handle moves the day is said, letting go shows the map of that day. Without this
// script the field of the day does the same.
(function () {
  "use strict";

  var REST = 600; // with the keyboard every step is a change; wait until the keys rest
  var waiting = 0;

  function dayOf(slider) {
    var day = new Date(slider.dataset.daysFrom + "T00:00:00Z");
    day.setUTCDate(day.getUTCDate() + Number(slider.value));
    return day.toISOString().slice(0, 10);
  }

  document.addEventListener("input", function (event) {
    if (!event.target.matches("[data-days-from]")) return;
    window.clearTimeout(waiting);
    event.target.setAttribute("aria-valuetext", dayOf(event.target));
    event.target.parentElement.querySelector("output").textContent = dayOf(event.target);
  });

  document.addEventListener("change", function (event) {
    var slider = event.target;
    if (!slider.matches("[data-days-from]")) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      var field = slider.form.elements.as_of;
      if (field.value === dayOf(slider)) return;
      field.value = dayOf(slider);
      slider.form.requestSubmit();
    }, slider.matches(":focus-visible") ? REST : 0);
  });
})();
