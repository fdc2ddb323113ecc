// Sends what waits on the device, one after another, and writes down what became of it. A visit carries the number that
// the device gave it, so that sending twice keeps it once.
(function () {
  "use strict";

  const store = window.guatuStore;
  const PATIENCE = 25000;
  let sending = null;

  async function ask(address, options) {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), PATIENCE);
    try {
      return await fetch(address, { credentials: "same-origin", redirect: "manual", signal: stop.signal, ...options });
    } finally { clearTimeout(clock); }
  }

  // The office's trips and visits, and who is logged in. Throws without a connection; null where nobody is logged in.
  async function state() {
    const response = await ask("/outreach/visit/state/", { headers: { Accept: "application/json" } });
    if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) return null;
    if (!response.ok) throw new Error(String(response.status));
    const found = await response.json();
    await store.keepState({ user: found.user.id, name: found.user.name, trips: found.trips, visits: found.visits, leads: found.leads, today: found.today });
    return found;
  }

  function body(entry, user) {
    return JSON.stringify({
      client_id: entry.client_id, user, visit: entry.visit, base: entry.base, values: entry.values, leads: entry.leads, moved: entry.moved || [],
    });
  }

  async function sendFile(entry, token) {
    const form = new FormData();
    form.append("file", entry.file, entry.fileName);
    const response = await ask(`/outreach/visit/${entry.visit}/file/`, { method: "POST", headers: { "X-CSRFToken": token }, body: form });
    if (response.ok || (response.status >= 400 && response.status < 429 && response.status !== 409)) {
      if (!response.ok) {
        const said = (await response.json().catch(() => ({}))).message || String(response.status);
        entry.message = [entry.message, said].filter(Boolean).join("\n");
      }
      entry.file = null;
      return true;
    }
    return false;
  }

  async function sendOne(listed, found) {
    let entry = await store.entry(listed.client_id);
    if (!entry || !["waiting", "file"].includes(entry.status)) return true;
    if (!entry.base) {
      // Before the first attempt: should its answer be lost, later typing is compared with what may have arrived.
      entry.base = entry.values;
      await store.put(entry);
    }
    if (entry.status === "waiting") {
      const response = await ask("/outreach/visit/send/", {
        method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": found.csrf }, body: body(entry, found.user.id),
      });
      if (response.type === "opaqueredirect") return false;
      const said = await response.json().catch(() => ({}));
      if (response.ok) {
        entry = { ...entry, visit: said.visit, code: said.code, base: said.values, values: said.values, leads: [], moved: [],
          message: (said.told || []).join("\n"),
          clashes: [], status: entry.file ? "file" : "sent" };
      } else if (response.status === 409 && said.state === "conflict") {
        entry = { ...entry, visit: said.visit, code: said.code, status: "conflict", clashes: said.clashes, theirs: said.values };
      } else if (response.status === 409 || response.status === 429 || response.status >= 500) {
        return false; // later
      } else {
        entry = { ...entry, status: "refused", message: said.message || String(response.status), field: said.field || "" };
      }
      const fresh = await store.entry(entry.client_id);
      if (fresh && fresh.typedAt !== entry.typedAt) {
        // Typed over while it was under way: what the office has now is the base of what is typed next.
        if (response.ok) await store.put({ ...fresh, visit: entry.visit, code: entry.code, base: entry.base });
        return true;
      }
      await store.put(entry);
    }
    if (entry.status === "file" && await sendFile(entry, found.csrf)) await store.put({ ...entry, status: "sent" });
    return true;
  }

  // Returns what `state` found, or "offline", or "login".
  async function all() {
    let found;
    try { found = await state(); } catch (error) { return "offline"; }
    if (!found) return "login";
    for (const entry of await store.entries()) {
      if (entry.user !== found.user.id || !["waiting", "file"].includes(entry.status)) continue;
      try { if (!await sendOne(entry, found)) break; } catch (error) { return "offline"; }
    }
    return found;
  }

  // One at a time on this page; other pages of this device wait for the lock where the browser has locks.
  window.guatuSend = function () {
    if (!sending) {
      const run = () => (navigator.locks ? navigator.locks.request("guatu-visits", all) : all());
      sending = run().finally(() => { sending = null; });
    }
    return sending;
  };
})();
