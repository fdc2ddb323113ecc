// What lies on the device: entries (visits typed here) and the state last read from the office. IndexedDB, so that it
// survives closing the browser, and holds pictures too.
(function () {
  "use strict";

  let opened = null;

  function database() {
    if (!opened) {
      opened = new Promise((resolve, reject) => {
        const asking = window.indexedDB.open("guatu-visits", 1);
        asking.onupgradeneeded = () => {
          asking.result.createObjectStore("entries", { keyPath: "client_id" });
          asking.result.createObjectStore("state", { keyPath: "user" });
        };
        asking.onsuccess = () => resolve(asking.result);
        asking.onerror = () => reject(asking.error);
      });
    }
    return opened;
  }

  async function within(store, mode, ask) {
    const transaction = (await database()).transaction(store, mode);
    return new Promise((resolve, reject) => {
      const asked = ask(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  function number() {
    if (window.crypto.randomUUID) return window.crypto.randomUUID();
    // randomUUID exists on https alone; a house on a plain address still needs numbers.
    const bytes = Array.from(window.crypto.getRandomValues(new Uint8Array(16)));
    return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  window.guatuStore = {
    number,
    entries: () => within("entries", "readonly", (store) => store.getAll()),
    entry: (id) => within("entries", "readonly", (store) => store.get(id)),
    put: (entry) => within("entries", "readwrite", (store) => store.put(entry)),
    drop: (id) => within("entries", "readwrite", (store) => store.delete(id)),
    states: () => within("state", "readonly", (store) => store.getAll()),
    keepState: async (state) => {
      await within("state", "readwrite", (store) => store.clear());
      return within("state", "readwrite", (store) => store.put(state));
    },
    forgetState: () => within("state", "readwrite", (store) => store.clear()),
  };
})();
