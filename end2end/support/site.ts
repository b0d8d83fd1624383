import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

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
