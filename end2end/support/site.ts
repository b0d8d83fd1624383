import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What `boot.js` offers to the page. */
interface Changke {
  build: string;
  updateReady: boolean;
  checkForUpdate(): Promise<boolean>;
  applyUpdate(): void;
}

declare global {
  interface Window {
    changke: Changke;
  }
}

/** The name of the other build. */
export const SECOND = "0123456789ab";

/** Copies the site as another build: the same files under another name. */
export async function rebuild(site: string, first: string): Promise<void> {
  cpSync(String(process.env.CHANGKE_SITE), site, { recursive: true });
  for (const name of ["index.html", "export.html", "sw.js"]) {
    writeFileSync(join(site, name), readFileSync(join(site, name), "utf8").replaceAll(first, SECOND));
    for (const ending of [".br", ".gz"]) rmSync(join(site, name + ending), { force: true });
  }
}

/** Spoils a build: its WebAssembly is none. Another content has another address, as always. */
export function withoutWasm(site: string): void {
  const assets = join(site, "assets");
  const app = readdirSync(assets).find((name) => name.startsWith("app."));
  if (!app) throw new Error(`${site} has no application`);
  renameSync(join(assets, app), join(assets, "app.spoilt"));
  for (const name of readdirSync(join(assets, "app.spoilt"))) {
    if (name.endsWith(".wasm")) writeFileSync(join(assets, "app.spoilt", name), "none");
    if (/\.(br|gz)$/.test(name)) rmSync(join(assets, "app.spoilt", name));
  }
  for (const name of ["index.html", "sw.js"]) {
    writeFileSync(join(site, name), readFileSync(join(site, name), "utf8").replaceAll(`/${app}/`, "/app.spoilt/"));
  }
}
