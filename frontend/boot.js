// Runs before the first paint: look and language, then whether this browser can work with no network, then
// the application. Written in the JavaScript of 2018, so that an old browser can still say what it lacks.
(() => {
  "use strict";

  const page = document.documentElement;
  const build = page.dataset.build;
  // A module with one SIMD instruction: what the application's own module needs.
  const SIMD = new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
  ]);

  let registration = null;
  let failure = null;
  let reloading = false;

  // ---- Preferences. They are stored as JSON; a browser may forbid the storage altogether.
  const stored = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch (error) {
      return null;
    }
  };

  const language = () => {
    const chosen = stored("changke.locale");
    if (["zh-Hant", "zh-Hans", "en"].includes(chosen)) return chosen;
    for (const tag of navigator.languages || []) {
      try {
        const locale = new Intl.Locale(tag).maximize();
        if (locale.language === "zh") return "zh-" + locale.script;
        if (locale.language === "en") return "en";
      } catch (error) {
        // Not a tag, or a browser without Intl.Locale: the next one may do.
      }
    }
    return "en";
  };

  page.lang = language();
  const theme = stored("changke.theme");
  if (theme === "light" || theme === "dark") page.dataset.theme = theme;

  // ---- What the browser lacks.
  const obstacle = () => {
    if (!window.isSecureContext) return { kind: "insecure" };
    const needs = {
      "WebAssembly SIMD": () => WebAssembly.validate(SIMD),
      IndexedDB: () => !!window.indexedDB,
      "Service Worker": () => "serviceWorker" in navigator,
      "Web Locks": () => "locks" in navigator,
      BroadcastChannel: () => typeof BroadcastChannel === "function",
      structuredClone: () => typeof structuredClone === "function",
    };
    const missing = Object.keys(needs).filter((name) => {
      try {
        return !needs[name]();
      } catch (error) {
        return true;
      }
    });
    if (missing.length === 0) return null;
    const inside = /MicroMessenger|\bQQ\/|\bLine\//.test(navigator.userAgent);
    return { kind: inside ? "inapp" : "outdated", detail: missing.join(", ") };
  };

  // ---- The plain page for when the application cannot run.
  const rescue = (kind, detail) => {
    const script = document.createElement("script");
    script.src = page.dataset.rescue;
    script.onload = () => window.changkeRescue.show(kind, detail);
    document.head.append(script);
  };

  const stop = (message) => {
    if (failure !== null) return;
    failure = message;
    rescue("failed", message);
  };

  // WebAssembly cannot unwind: after a panic nothing of the application may run again in this page.
  const fail = (message) => {
    try {
      localStorage.setItem("changke.panic", JSON.stringify(message));
    } catch (error) {
      // The page shows in any case.
    }
    stop(message);
  };

  // ---- The service worker and its updates.
  const announce = () => {
    window.changke.updateReady = true;
    window.dispatchEvent(new CustomEvent("changke:update"));
  };

  const reloadOnce = () => {
    if (reloading) return;
    reloading = true;
    location.reload();
  };

  const offer = () => {
    // With no active worker this is the first installation, which needs nobody's consent.
    if (registration.waiting && registration.active) announce();
  };

  const follow = (worker) => worker && worker.addEventListener("statechange", offer);

  const register = async () => {
    const workers = navigator.serviceWorker;
    let controlled = !!workers.controller;
    workers.addEventListener("controllerchange", () => {
      // Another tab agreed to the update: this page is of the former build from here on, and says so.
      if (controlled && !reloading) announce();
      controlled = true;
    });
    workers.addEventListener("message", (event) => {
      if (event.data.type === "BUILD") event.ports[0].postMessage(build);
    });
    workers.startMessages();
    if (workers.controller) workers.controller.postMessage({ type: "STARTED" });
    registration = await workers.register("/sw.js", { updateViaCache: "none" });
    offer();
    follow(registration.installing);
    registration.addEventListener("updatefound", () => follow(registration.installing));
    // A page that was loading while the worker took over the others was passed over.
    if (!workers.controller) {
      const { active } = await workers.ready;
      if (!workers.controller) active.postMessage({ type: "CLAIM" });
    }
    // The browser itself looks only when a page loads, and this one may stay open for weeks.
    const look = () => document.visibilityState === "visible" && window.changke.checkForUpdate();
    document.addEventListener("visibilitychange", look);
    setInterval(look, 60 * 60 * 1000);
  };

  const installed = (worker) =>
    new Promise((resolve) => {
      const look = () => worker.state !== "installing" && resolve();
      worker.addEventListener("statechange", look);
      look();
    });

  window.changke = {
    build,
    /** True once another build is installed and waits for consent; the event `changke:update` says when. */
    updateReady: false,
    /** Asks the server for another build; answers whether one is ready. With no network there is none. */
    async checkForUpdate() {
      if (!registration) return false;
      await registration.update().catch(() => {});
      if (registration.installing) await installed(registration.installing);
      return !!registration.waiting;
    },
    /** The person agreed: the waiting build takes over and the page loads again, once. */
    applyUpdate() {
      const waiting = registration && registration.waiting;
      if (!waiting) return reloadOnce();
      waiting.addEventListener("statechange", () => {
        if (waiting.state === "activated") reloadOnce();
      });
      navigator.serviceWorker.addEventListener("controllerchange", reloadOnce, { once: true });
      waiting.postMessage({ type: "SKIP_WAITING" });
    },
    /** Opens the application anew after a failure. */
    tryAgain() {
      try {
        localStorage.removeItem("changke.panic");
      } catch (error) {
        // Then it was never stored.
      }
      reloadOnce();
    },
  };

  // ---- Who works here.
  // The application's own values are JSON in JSON.
  const remembered = (key) => {
    try {
      return JSON.parse(stored(key));
    } catch (error) {
      return null; // of another build
    }
  };

  // A browser that was killed may have kept the data and lost who was remembered.
  const anybody = async () => {
    try {
      localStorage.setItem("changke.probe", "1");
      localStorage.removeItem("changke.probe");
    } catch (error) {
      return true; // nobody can be remembered here: the application asks the server itself
    }
    const accounts = remembered("changke.accounts");
    if (remembered("changke.person") || (accounts && accounts.length > 0)) return true;
    try {
      return (await indexedDB.databases()).some(({ name }) => name.startsWith("changke/"));
    } catch (error) {
      return false; // a browser that does not tell
    }
  };

  // ---- Start.
  const ready = () =>
    new Promise((resolve) => {
      if (document.readyState !== "loading") resolve();
      else document.addEventListener("DOMContentLoaded", resolve);
    });

  const trapped = (error) => {
    // The application's panic hook has left a message; out of memory or stack there is only the trap.
    if (error instanceof WebAssembly.RuntimeError) fail(stored("changke.panic") || String(error.stack || error));
  };

  const start = async () => {
    // Where nobody has worked yet, a small program asks who is there; the application arrives meanwhile.
    const { app, appWasm, entrance, entranceWasm } = page.dataset;
    const [script, wasm] = (await anybody()) ? [app, appWasm] : [entrance, entranceWasm];
    const asked = fetch(wasm, { credentials: "same-origin" });
    asked.catch(() => {}); // told where it is awaited
    const application = await import(script);
    await application.default({ module_or_path: asked });
    await ready();
    if (failure !== null) return;
    document.getElementById("shell").remove();
    application.start();
  };

  const missing = obstacle();
  const serve = () => register().catch((error) => console.warn("no service worker:", error));
  // On the first visit, taking in every file would compete with the few that the first page needs.
  const first = !missing && !navigator.serviceWorker.controller;
  if (!missing && !first) serve();
  // export.html, or `?export` at any address: the way to the outbox that needs nothing of the application.
  if (page.dataset.show === "export" || new URLSearchParams(location.search).has("export")) {
    if (first) serve();
    return rescue("export");
  }
  if (missing) return rescue(missing.kind, missing.detail);
  const panic = stored("changke.panic");
  if (panic !== null) return stop(panic);
  window.addEventListener("error", (event) => trapped(event.error));
  window.addEventListener("unhandledrejection", (event) => trapped(event.reason));
  start()
    .catch((error) => {
      trapped(error);
      stop(String(error));
    })
    .finally(() => first && serve());
})();
