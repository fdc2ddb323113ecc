// Small behaviours of every page. Pages work without them, apart from the drawer on a phone.
(function () {
  "use strict";

  document.addEventListener("alpine:init", function () {
    // The menu on a phone.
    window.Alpine.data("shell", function () {
      return {
        open: false,
        get state() { return this.open ? "open" : ""; },
        get expanded() { return this.open ? "true" : "false"; },
        toggle() {
          this.open = !this.open;
          // The drawer stands before the button in the page, so the tab key alone would not lead into it.
          if (this.open) this.$nextTick(() => this.$root.querySelector(".side a").focus());
        },
        close() {
          if (this.open) this.$root.querySelector(".menu-button").focus();
          this.open = false;
        },
      };
    });
    // Rows picked in a list, for bulk edit.
    window.Alpine.data("picking", function () {
      return {
        count: 0,
        get none() { return this.count === 0; },
        get some() { return this.count > 0; },
        init() { this.recount(); },
        boxes() { return Array.from(this.$root.querySelectorAll("input[name=record]")); },
        recount() {
          var boxes = this.boxes();
          this.count = boxes.filter(function (box) { return box.checked; }).length;
          boxes.forEach(function (box) { box.closest("tr").classList.toggle("picked", box.checked); });
          var all = this.$root.querySelector("input[data-all]");
          if (all) {
            all.checked = boxes.length > 0 && this.count === boxes.length;
            all.indeterminate = this.count > 0 && this.count < boxes.length;
          }
        },
        all(event) {
          this.boxes().forEach(function (box) { box.checked = event.target.checked; });
          this.recount();
        },
        clear() {
          this.boxes().forEach(function (box) { box.checked = false; });
          this.recount();
        },
      };
    });
  });

  // An open menu closes when something else is clicked, or on Escape.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.removeAttribute("open");
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.menu"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      closeMenus(null);
      document.querySelectorAll(".finder-list").forEach(function (list) { list.replaceChildren(); });
    }
  });

  // A picked calendar day is written into the text field beside it.
  document.addEventListener("change", function (event) {
    var target = event.target;
    if (target.matches("input[data-day-for]")) {
      var text = document.getElementById(target.dataset.dayFor);
      if (text && target.value) {
        text.value = target.value;
        text.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
    if (target.matches("[data-submit]")) target.form.requestSubmit();
    if (target.matches("[data-shows]")) showChosen(target);
  });

  // A select that shows the one input belonging to its value (bulk edit).
  function showChosen(select) {
    document.querySelectorAll("[data-shown-for]").forEach(function (part) {
      var shown = part.dataset.shownFor === select.value;
      part.hidden = !shown;
      part.querySelectorAll("input, select, textarea").forEach(function (input) { input.disabled = !shown; });
    });
  }

  // Finder: a text field with suggestions from /r/<resource>/pick; several references are separated by semicolons.
  function choose(option) {
    var box = option.closest(".finder");
    var input = box.querySelector("input");
    var value = option.dataset.value;
    if (input.dataset.many !== undefined) {
      var parts = input.value.split(/[;；]/);
      parts.pop();
      parts = parts.map(function (part) { return part.trim(); }).filter(Boolean);
      parts.push(value);
      input.value = parts.join("; ") + "; ";
    } else {
      input.value = value;
    }
    box.querySelector(".finder-list").replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.focus();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.addEventListener("mousedown", function (event) {
    var option = event.target.closest(".finder-list [role=option]");
    if (option) {
      event.preventDefault();
      choose(option);
    }
  });
  document.addEventListener("keydown", function (event) {
    var input = event.target;
    if (!input.closest || !input.closest(".finder")) return;
    var options = Array.from(input.closest(".finder").querySelectorAll("[role=option]"));
    if (!options.length) return;
    var at = options.findIndex(function (option) { return option.getAttribute("aria-selected") === "true"; });
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : options.length - 1) + (at < 0 && event.key === "ArrowUp" ? 1 : 0)) % options.length;
      options.forEach(function (option, place) { option.setAttribute("aria-selected", place === at ? "true" : "false"); });
      options[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[at].id);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      choose(options[at]);
    }
  });
  document.addEventListener("focusout", function (event) {
    var box = event.target.closest ? event.target.closest(".finder") : null;
    if (box) box.querySelector(".finder-list").replaceChildren();
  });
  document.addEventListener("htmx:configRequest", function (event) {
    var input = event.detail.elt;
    if (input.matches("form[data-tidy]")) {
      var parameters = event.detail.parameters;
      Object.keys(parameters).forEach(function (name) { if (parameters[name] === "") delete parameters[name]; });
      return;
    }
    if (input.dataset.many !== undefined) {
      event.detail.parameters = { q: input.value.split(/[;；]/).pop().trim() };
    } else if (input.closest(".finder")) {
      event.detail.parameters = { q: input.value };
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var box = event.target.closest(".finder");
    if (box) box.querySelector("input").setAttribute("aria-expanded", "true");
  });

  // Leaving out empty fields keeps the address of a filtered list short.
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("form[data-tidy]")) return;
    event.target.querySelectorAll("input, select").forEach(function (input) {
      if (input.name && input.value === "" && !input.disabled) {
        input.disabled = true;
        window.setTimeout(function () { input.disabled = false; }, 0);
      }
    });
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
    var copy = event.target.closest("[data-copy]");
    if (copy) navigator.clipboard.writeText(document.getElementById(copy.dataset.copy).textContent.trim());
  });

  function start() {
    document.querySelectorAll("[data-shows]").forEach(showChosen);
    // On a phone the filters make way for the rows, unless one is set.
    if (window.matchMedia("(max-width: 640px)").matches) {
      document.querySelectorAll("details.filters:not([data-active])").forEach(function (part) { part.removeAttribute("open"); });
    }
    var faulty = document.querySelector(".field.faulty input, .field.faulty select, .field.faulty textarea");
    if (faulty) faulty.focus();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
