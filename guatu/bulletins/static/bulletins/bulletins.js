// Editing a bulletin: a click on a figure puts it into the text at the cursor.
(function () {
  "use strict";
  var field = null;
  document.addEventListener("focusin", function (event) {
    if (event.target.matches(".editing textarea")) field = event.target;
  });
  document.addEventListener("click", function (event) {
    var chip = event.target.closest("[data-mark]");
    if (!chip) return;
    field = field || document.querySelector(".editing textarea");
    field.focus();
    field.setRangeText(chip.dataset.mark, field.selectionStart, field.selectionEnd, "end");
  });
  document.addEventListener("input", function (event) {
    if (!event.target.matches("[data-find-figure]")) return;
    var words = event.target.value.trim().toLowerCase();
    document.querySelectorAll(".figure-chips .chip").forEach(function (chip) {
      chip.hidden = words !== "" && chip.dataset.name.toLowerCase().indexOf(words) < 0;
    });
  });
})();
