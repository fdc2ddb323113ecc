// The day slider: every move asks the server for the board of that day; nothing is computed here. Without this script
// the date field and its button do the same.
(function () {
  "use strict";

  var DAY = 86400000;
  var SETTLE = 140;         // milliseconds a moving slider must rest before its day is asked for
  var PLAY_PAUSE = 900;     // between two steps of playing
  var SLOW = 350;           // after which the board fades while it is being counted anew
  var REFRESH = 300000;     // a wall that shows today asks again
  var STILL = 4000;         // after which the pointer on a hung wall disappears

  var wall = document.getElementById("wall");
  if (!wall) return;
  var note = document.getElementById("wall-note");
  var field = wall.querySelector("[data-day]");
  var play = wall.querySelector("[data-play]");
  var tempo = wall.querySelector("[data-tempo]");
  var words = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone: "UTC" });
  var weekday = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", timeZone: "UTC" });

  var shown = number(field.value);   // the day of the board
  var wanted = shown;                // the day asked for
  var waiting = null, running = false, playing = null, slow = null;
  var gesture = false;               // within one gesture only the first day makes a new entry of the browser's history

  function number(text) { return Math.round(Date.parse(text + "T00:00:00Z") / DAY); }
  function day(n) { return new Date(n * DAY); }
  function iso(n) { return day(n).toISOString().slice(0, 10); }
  function range() { return wall.querySelector("[data-range]"); }
  function limits() {
    var input = range();
    return input ? [Number(input.min), Number(input.max)] : [-719000, 2900000];
  }

  function label(n) {
    var time = document.getElementById("wall-day");
    time.dateTime = iso(n);
    time.querySelector("b").textContent = words.format(day(n));
    time.querySelector("span").textContent = weekday.format(day(n));
  }

  function go(n, rest) {
    var ends = limits();
    wanted = Math.min(ends[1], Math.max(ends[0], n));
    var input = range();
    if (input) {
      input.value = wanted;
      input.setAttribute("aria-valuetext", words.format(day(wanted)));
    }
    field.value = iso(wanted);
    label(wanted);
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, rest || 0);
  }

  function address(n) {
    var query = new URLSearchParams(window.location.search);
    query.set("as_of", iso(n));
    return window.location.pathname + "?" + query.toString();
  }

  // One question at a time; the newest day waits for the answer under way, so that a slow server is never flooded.
  function ask() {
    if (running || wanted === shown) return;
    send(address(wanted), wanted, gesture ? "replace" : "push");
    gesture = true;
  }

  function send(url, asked, history) {
    running = true;
    wall.classList.add("recounting");
    slow = window.setTimeout(function () { wall.classList.add("slow"); }, SLOW);
    window.htmx.ajax("GET", url, {
      source: "#board", target: "#board", swap: "outerHTML", headers: history ? { "X-Wall-History": history } : {},
    }).then(function () {
      if (asked !== null) shown = asked;
      done();
      if (wanted !== shown) ask();
      else if (playing) playing = window.setTimeout(step, PLAY_PAUSE);
    }, done);
  }

  function done() {
    running = false;
    window.clearTimeout(slow);
    wall.classList.remove("recounting", "slow");
  }

  function moved(from, unit, by) {
    if (unit === "day") return from + by;
    if (unit === "week") return from + 7 * by;
    var date = day(from);
    var last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() === date.getUTCDate();
    var end = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + by + 1, 0)).getUTCDate();
    var keep = last ? end : Math.min(date.getUTCDate(), end);
    return Math.round(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + by, keep) / DAY);
  }

  function say(sentence) {
    note.textContent = sentence;
    note.hidden = !sentence;
  }

  // -- playing -----------------------------------------------------------------------------------------------------

  function step() {
    var today = number(wall.dataset.today);
    var end = playFrom < today ? today : limits()[1];
    var next = moved(wanted, tempo.value, 1);
    if (wanted >= end) { stop(); return; }
    go(Math.min(next, end));
  }

  var playFrom = 0;
  function stop() {
    window.clearTimeout(playing);
    playing = null;
    play.setAttribute("aria-pressed", "false");
  }

  play.addEventListener("click", function () {
    if (playing) { stop(); return; }
    playFrom = wanted;
    gesture = false;
    play.setAttribute("aria-pressed", "true");
    playing = window.setTimeout(step, 0);
  });

  // -- what moves the day --------------------------------------------------------------------------------------------

  wall.addEventListener("input", function (event) {
    if (event.target.matches("[data-range]")) { stop(); go(Number(event.target.value), SETTLE); }
  });
  wall.addEventListener("change", function (event) {
    if (event.target.matches("[data-range]")) { go(Number(event.target.value)); window.setTimeout(endGesture, SETTLE); }
    if (event.target.matches("[data-day]") && event.target.value) { stop(); gesture = false; go(number(event.target.value)); }
  });
  function endGesture() { gesture = false; }
  wall.addEventListener("pointerdown", function (event) {
    if (event.target.matches("[data-range]")) gesture = false;
  });
  wall.addEventListener("keydown", function (event) {
    if (!event.target.matches("[data-range]")) return;
    var steps = { PageUp: ["month", 1], PageDown: ["month", -1] }[event.key];
    if (event.shiftKey && event.key === "ArrowRight") steps = ["week", 1];
    if (event.shiftKey && event.key === "ArrowLeft") steps = ["week", -1];
    if (!steps) return;
    event.preventDefault();
    stop();
    go(moved(wanted, steps[0], steps[1]), SETTLE);
  });
  wall.addEventListener("click", function (event) {
    var button = event.target.closest("[data-step]");
    if (button) { stop(); gesture = false; go(moved(wanted, button.dataset.step, Number(button.dataset.by))); }
    if (event.target.closest("[data-today-button]")) { stop(); gesture = false; go(number(wall.dataset.today)); }
    if (event.target.closest("[data-full-screen]")) {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen();
    }
  });
  wall.querySelector("form").addEventListener("submit", stop);

  // -- answers that are no board ----------------------------------------------------------------------------------------

  document.addEventListener("htmx:beforeRequest", function () { say(""); });
  document.addEventListener("htmx:responseError", function (event) {
    stop();
    var page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    var sentence = page.querySelector("[data-refusal]") || page.querySelector(".empty p, .panel p");
    say(sentence ? sentence.textContent.trim() : event.detail.xhr.status + "");
  });
  document.addEventListener("htmx:sendError", function () { stop(); say(note.dataset.unreached); });
  document.addEventListener("htmx:afterSettle", function () {
    var input = range();
    if (input) { input.value = wanted; input.setAttribute("aria-valuetext", words.format(day(wanted))); }
  });

  // -- hung on the wall ------------------------------------------------------------------------------------------------

  var hung = document.querySelector("[data-hung]");
  if (hung) {
    var resting = null;
    var wake = function () {
      hung.classList.remove("still");
      window.clearTimeout(resting);
      resting = window.setTimeout(function () { hung.classList.add("still"); }, STILL);
    };
    ["mousemove", "pointerdown", "keydown"].forEach(function (name) { document.addEventListener(name, wake); });
    wake();
    window.setInterval(function () {
      if (running || playing || document.hidden) return;
      if (new URLSearchParams(window.location.search).has("as_of")) return;
      send(window.location.pathname + window.location.search, null, "");
    }, REFRESH);
  }
})();
