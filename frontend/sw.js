// Serves exactly one build with no network, and hands over to the next one only when the person agrees.
"use strict";

const BUILD = "{{build}}";
const PREFIX = "changke-";
const CACHE = PREFIX + BUILD;
const SHELL = "/index.html";
const FILES = {{files}};

addEventListener("install", (event) => event.waitUntil(precache()));
// Pages of the first visit are taken over too: what they load later comes from this build.
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  if (event.data.type === "SKIP_WAITING") event.waitUntil(skipWaiting());
  if (event.data.type === "CLAIM") event.waitUntil(clients.claim());
  if (event.data.type === "STARTED") event.waitUntil(deleteFormerBuilds());
});

addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== location.origin) return;
  if (pathname === "/api" || pathname.startsWith("/api/")) return;
  event.respondWith(answer(event.request, pathname));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data));
});

/** Leads to what a notification is about: in a page that is open, so that nothing is loaded anew. */
async function openPage(path) {
  const [page] = await clients.matchAll({ type: "window" });
  if (!page) return clients.openWindow(path);
  page.postMessage({ type: "OPEN", path });
  return page.focus();
}

async function answer(request, pathname) {
  const cache = await caches.open(CACHE);
  const own = await cache.match(pathname, { ignoreVary: true });
  if (own) return own;
  const asset = pathname.startsWith("/assets/");
  if (request.mode === "navigate" && !asset) return (await cache.match(SHELL)) || fetch(request);
  // A page of another build asks for its own files; they are kept until it has gone.
  return (asset && (await caches.match(pathname, { ignoreVary: true }))) || fetch(request);
}

/** Takes in all files of this build, or none: half a build would break with no network. */
async function precache() {
  try {
    const cache = await caches.open(CACHE);
    // Files named by their hash may come from the browser's cache, all others are asked for again.
    const kind = (path) => (path.startsWith("/assets/") ? "default" : "no-cache");
    await cache.addAll(FILES.map((path) => new Request(path, { cache: kind(path) })));
    const shell = await (await cache.match(SHELL)).text();
    // The server may have been replaced between this worker's file and the shell's.
    if (!shell.includes(`data-build="${BUILD}"`)) throw new Error("the shell is of another build");
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** Deletes the caches of former builds once no page runs on one; a page that does not answer may. */
async function deleteFormerBuilds() {
  if (registration.installing || registration.waiting) return;
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const builds = await Promise.all(pages.map(buildOf));
  if (builds.some((build) => build !== BUILD)) return;
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
}

function buildOf(page) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => resolve(event.data);
    setTimeout(resolve, 2000);
    page.postMessage({ type: "BUILD" }, [channel.port2]);
  });
}
