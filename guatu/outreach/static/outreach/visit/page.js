// The page for visits on the road. Every keystroke is kept on the device; "Save" lets the visit go as soon as it can.
(function () {
  "use strict";

  const store = window.guatuStore;
  const TEXTS = ["company", "visited_on", "met_by", "met", "minutes", "outcome", "next_step"];
  const EVERY = 30000;
  let root, form, words, stages, known = null, present = null;

  const $ = (selector, inside) => (inside || root).querySelector(selector);
  function made(tag, text, options) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    return Object.assign(element, options || {});
  }

  // -- the form ------------------------------------------------------------------------------------------------------

  function today() {
    const now = new Date();
    return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  }

  function trip(id) { return ((known && known.trips) || []).find((one) => one.id === Number(id)); }

  function showUnits(chosen) {
    const box = $("[data-units]"), units = (trip(form.trip.value) || { units: [] }).units;
    $("[data-units-field]").hidden = units.length < 2;
    box.replaceChildren(...units.map((unit) => {
      const label = made("label"), input = made("input", undefined, { type: "checkbox", name: "units", value: unit.id, className: "form-check-input" });
      input.checked = (chosen || []).includes(unit.id);
      label.append(input, " ", unit.name);
      return label;
    }));
  }

  // The firms that are to be visited on the trip: one press fills in the name, and the office knows for which gap it is.
  function showCompanies() {
    const planned = (trip(form.trip.value) || {}).companies || [];
    $("[data-planned]").hidden = planned.length === 0;
    $("[data-companies]").replaceChildren(...planned.map((one) => {
      const pick = made("button", one.name, { type: "button", className: "btn btn-sm", title: one.note });
      if (one.visited) pick.append(" ", made("small", words.visited, { className: "muted" }));
      pick.setAttribute("aria-pressed", String(form.company.value.trim() === one.name));
      pick.addEventListener("click", () => { form.company.value = one.name; showCompanies(); showMoved([]); typed(); });
      return pick;
    }));
  }

  // Leads of the firm that are there already: ticked, the visit is recorded as a contact with them.
  function showMoved(chosen) {
    const firm = form.company.value.trim(), leads = ((known && known.leads) || []).filter((one) => firm && one.firm === firm);
    $("[data-moved-field]").hidden = leads.length === 0;
    $("[data-moved]").replaceChildren(...leads.map((one) => {
      const before = (chosen || []).find((other) => other.lead === one.id), line = made("div", undefined, { className: "visit-lead" });
      const label = made("label"), input = made("input", undefined, { type: "checkbox", name: "moved", value: one.id, className: "form-check-input" });
      const now = made("label"), select = made("select", undefined, { name: `stage-${one.id}`, className: "form-select" });
      input.checked = Boolean(before);
      label.append(input, " ", one.label, " ", made("span", one.stage, { className: "chip" }));
      select.append(made("option", words.asBefore, { value: "" }), ...stages.map(([code, name]) => made("option", name, { value: code })));
      select.value = before ? before.stage : "";
      now.append(`${words.itIsNow} `, select);
      line.append(label, now);
      return line;
    }));
  }

  function readMoved() {
    return Array.from(form.querySelectorAll("[name=moved]:checked")).map((input) => (
      { lead: Number(input.value), stage: form.elements[`stage-${input.value}`].value }));
  }

  function showTrips() {
    const chosen = form.trip.value, select = form.trip;
    const trips = (known && known.trips) || [];
    select.replaceChildren(made("option", words.choose, { value: "" }), ...trips.map((one) => made("option", one.label, { value: String(one.id) })));
    if (chosen && !trip(chosen)) select.append(made("option", words.otherTrip, { value: chosen }));
    select.value = chosen;
    $("[data-no-trips]").hidden = trips.length > 0;
  }

  function read() {
    const values = { trip: form.trip.value ? Number(form.trip.value) : null, units: [] };
    TEXTS.forEach((name) => { values[name] = form.elements[name].value; });
    form.querySelectorAll("[name=units]:checked").forEach((input) => values.units.push(Number(input.value)));
    return values;
  }

  function fill(entry) {
    present = entry;
    const values = entry.values;
    TEXTS.forEach((name) => { form.elements[name].value = values[name] || ""; });
    form.trip.value = values.trip === null ? "" : String(values.trip);
    if (values.trip !== null && form.trip.value === "") form.trip.append(made("option", words.otherTrip, { value: String(values.trip) }));
    form.trip.value = values.trip === null ? "" : String(values.trip);
    showUnits(values.units);
    form.leads.value = (entry.leads || []).join("\n");
    showCompanies();
    showMoved(entry.moved);
    form.file.value = "";
    $("[data-file-name]").textContent = entry.file ? entry.fileName : "";
    $("[data-leads-help]").hidden = !entry.visit;
    $("[data-heading]").textContent = entry.visit ? `${words.editing} ${entry.code}` : words.fresh;
    const message = $("[data-message]");
    message.hidden = !(entry.status === "refused" && entry.message);
    message.textContent = entry.message || "";
  }

  function blank() {
    const only = known && known.trips.filter((one) => one.first <= today() && today() <= one.last);
    return {
      client_id: store.number(), user: known ? known.user : null, visit: null, code: "", base: null, leads: [], moved: [], file: null, fileName: "",
      values: { trip: only && only.length === 1 ? only[0].id : null, company: "", visited_on: today(), units: [], met_by: "", met: "",
        minutes: "", outcome: "", next_step: "" },
      status: "draft", message: "", clashes: [], typedAt: 0,
    };
  }

  async function keep(status) {
    const stored = await store.entry(present.client_id);
    const entry = { ...present, ...(stored || {}), values: read(), status, typedAt: Date.now() };
    entry.leads = form.leads.value.split("\n").map((line) => line.trim()).filter(Boolean);
    entry.moved = readMoved();
    if (form.file.files.length) { entry.file = form.file.files[0]; entry.fileName = entry.file.name; }
    entry.message = status === "draft" ? entry.message : "";
    present = entry;
    await store.put(entry);
    return entry;
  }

  let typing = Promise.resolve();
  function typed() { typing = typing.then(() => keep("draft")).then(list).catch(failed); }
  function failed() { say(words.notKept, "bad"); }

  async function save(event) {
    event.preventDefault();
    if (!form.reportValidity()) return;
    await typing;
    try { await keep("waiting"); } catch (error) { failed(); return; }
    fill(blank());
    await list();
    say(words.keptHere, "good");
    window.scrollTo(0, 0);
    go();
  }

  // -- what lies on the device -----------------------------------------------------------------------------------------

  function status(entry) {
    return made("span", words[entry.status] + (entry.code ? ` ${entry.code}` : ""), { className: `chip visit-${entry.status}` });
  }

  async function list() {
    const every = await store.entries();
    const own = every.filter((entry) => !known || entry.user === known.user).sort((one, other) => other.typedAt - one.typedAt);
    $("[data-others]").hidden = own.length === every.length;
    $("[data-others-count]").textContent = String(every.length - own.length);
    const waiting = own.filter((entry) => ["waiting", "file"].includes(entry.status)).length;
    $("[data-waiting]").textContent = waiting ? `${words.waitingCount} ${waiting}` : "";
    root.dataset.waiting = String(waiting);
    $("[data-own]").hidden = own.length === 0;
    $("[data-entries]").replaceChildren(...own.map((entry) => {
      const row = made("li", undefined, { className: "visit-entry" }), open = made("button", undefined, { type: "button", className: "btn btn-ghost" });
      row.dataset.status = entry.status;
      open.append(made("b", entry.values.company || words.noName), " ", made("span", entry.values.visited_on, { className: "mono small" }));
      open.addEventListener("click", () => { if (entry.status !== "conflict") { fill(entry); list(); form.scrollIntoView(); } });
      row.append(open, status(entry));
      if (entry.status === "refused") row.append(made("p", entry.message, { className: "small error" }));
      if (entry.status === "sent" && entry.message) row.append(made("p", entry.message, { className: "small error" }));
      if (entry.status === "conflict") row.append(choosing(entry));
      if (entry.status === "sent" || entry.status === "draft" || entry.status === "refused") {
        const drop = made("button", entry.status === "sent" ? words.hide : words.discard, { type: "button", className: "btn btn-sm" });
        drop.addEventListener("click", async () => {
          if (entry.status !== "sent" && !window.confirm(words.sure)) return;
          await store.drop(entry.client_id);
          if (present && present.client_id === entry.client_id) fill(blank());
          list();
        });
        row.append(drop);
      }
      return row;
    }));
    const offered = ((known && known.visits) || []).filter((visit) => !own.some((entry) => entry.visit === visit.id));
    $("[data-office]").hidden = offered.length === 0;
    $("[data-visits]").replaceChildren(...offered.slice(0, 40).map((visit) => {
      const row = made("li"), open = made("button", undefined, { type: "button", className: "btn btn-ghost" });
      open.append(made("b", visit.values.company), " ", made("span", visit.values.visited_on, { className: "mono small" }));
      open.addEventListener("click", () => {
        fill({ ...blank(), visit: visit.id, code: visit.code, base: visit.values, values: visit.values });
        form.scrollIntoView();
      });
      row.append(open);
      return row;
    }));
  }

  // -- one's own version and the office's ------------------------------------------------------------------------------

  function readable(name, value) {
    if (name === "trip") return (trip(value) || { label: words.otherTrip }).label;
    if (name === "units") {
      const names = ((known && known.trips) || []).flatMap((one) => one.units).filter((unit) => (value || []).includes(unit.id)).map((unit) => unit.name);
      return [...new Set(names)].join("、") || words.allUnits;
    }
    if (name === "outcome") return Array.from(form.outcome.options).find((option) => option.value === value)?.textContent || "—";
    return value || "—";
  }

  function choosing(entry) {
    const box = made("div", undefined, { className: "visit-clashes note note-warn" });
    box.append(made("p", words.clash));
    entry.clashes.forEach((clash) => {
      const field = made("fieldset", undefined, { className: "choice" });
      field.append(made("legend", $(`[data-label-of="${clash.field}"]`).textContent));
      [["mine", words.mine, clash.mine], ["theirs", words.theirs, clash.theirs]].forEach(([code, label, value]) => {
        const line = made("label"), input = made("input", undefined, { type: "radio", name: `${entry.client_id}-${clash.field}`, value: code, className: "form-check-input" });
        line.append(input, " ", made("b", label), " ", made("span", readable(clash.field, value), { className: "preline" }));
        field.append(line);
      });
      box.append(field);
    });
    const send = made("button", words.sendChoice, { type: "button", className: "btn btn-primary" });
    send.addEventListener("click", async () => {
      const values = { ...entry.theirs };
      Object.keys(entry.values).forEach((name) => {
        if (JSON.stringify(entry.values[name]) !== JSON.stringify(entry.base[name])) values[name] = entry.values[name];
      });
      for (const clash of entry.clashes) {
        const picked = $(`input[name="${entry.client_id}-${clash.field}"]:checked`, box);
        if (!picked) { say(words.pickAll, "bad"); return; }
        values[clash.field] = picked.value === "mine" ? clash.mine : clash.theirs;
      }
      await store.put({ ...entry, base: entry.theirs, values, status: "waiting", clashes: [], theirs: null, typedAt: Date.now() });
      await list();
      go();
    });
    box.append(send);
    return box;
  }

  // -- the connection --------------------------------------------------------------------------------------------------

  function say(text, kind) {
    const told = $("[data-told]");
    told.textContent = text;
    told.className = `note ${kind === "bad" ? "note-bad" : "note-good"}`;
    told.hidden = !text;
  }

  async function go() {
    $("[data-line]").textContent = words.sending;
    const found = await window.guatuSend();
    const online = typeof found === "object";
    root.dataset.connection = online ? "online" : found;
    $("[data-line]").textContent = online ? words.online : words.offline;
    $("[data-login]").hidden = found !== "login";
    if (online) await remember();
    await list();
    return found;
  }

  async function remember() {
    const [state] = await store.states();
    if (!state) return;
    const changed = !known || known.user !== state.user;
    known = state;
    $("[data-name]").textContent = state.name;
    showTrips();
    if (changed || !present) {
      const own = (await store.entries()).filter((entry) => entry.user === state.user && entry.status === "draft");
      // What was being typed when the browser was closed is put back.
      fill(own.sort((one, other) => other.typedAt - one.typedAt)[0] || blank());
    } else if (present.user === null) present.user = state.user;
    showCompanies();
    showMoved(readMoved());
  }

  async function start() {
    root = document.querySelector("[data-visit-page]");
    form = root.querySelector("form");
    words = JSON.parse(document.getElementById("visit-words").textContent);
    stages = JSON.parse(document.getElementById("visit-stages").textContent);
    try { await remember(); } catch (error) { say(words.noStore, "bad"); return; }
    if (!present) fill(blank());
    form.addEventListener("submit", save);
    form.addEventListener("input", typed);
    form.trip.addEventListener("change", () => { showUnits([]); showCompanies(); });
    form.company.addEventListener("input", () => { showCompanies(); showMoved(readMoved()); });
    $("[data-new]").addEventListener("click", () => { fill(blank()); list(); });
    $("[data-send]").addEventListener("click", go);
    $("[data-forget]").addEventListener("click", async () => {
      if (!window.confirm(words.sureAll)) return;
      for (const entry of await store.entries()) await store.drop(entry.client_id);
      await store.forgetState();
      known = null;
      fill(blank());
      list();
    });
    window.addEventListener("online", go);
    window.addEventListener("offline", () => { root.dataset.connection = "offline"; $("[data-line]").textContent = words.offline; });
    window.setInterval(() => { if (navigator.onLine && Number(root.dataset.waiting)) go(); }, EVERY);
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    await list();
    root.dataset.ready = "yes";
    await go();
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.register("/outreach/visit/worker.js").then(() => navigator.serviceWorker.ready)
        .then(() => { root.dataset.kept = "yes"; $("[data-kept]").hidden = false; }).catch(() => { $("[data-not-kept]").hidden = false; });
    } else $("[data-not-kept]").hidden = false;
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
