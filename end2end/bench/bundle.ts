import { build } from "esbuild";
import { join } from "node:path";

/** Where the packages, and what is built, lie. */
const HERE = process.cwd();

/** A program's bundled page. */
export function pageScript(name: string): string {
  return join(HERE, "node_modules/.bench/page", `${name}.js`);
}

/** Bundles the browser's side of a program as for production. */
export async function bundle(name: string): Promise<void> {
  await build({
    entryPoints: [join(HERE, "page", `${name}.ts`)],
    outfile: pageScript(name),
    bundle: true,
    minify: true,
    format: "iife",
    target: "chrome130",
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    logLevel: "silent",
  });
}
