import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { type Figures, measure } from "./measure.ts";
import { Ours } from "./ours.ts";
import { Peer } from "./peer.ts";
import { entries, type Entry, table } from "./report.ts";
import type { Subject } from "./subject.ts";

const PEERS = ["pouchdb", "rxdb"];

/** Ours and the limit everywhere, the peers at one size in the browser as it is. */
const ROUNDS: { suffix: string; customers: number; features: string[]; subjects: string[] }[] = [
  { suffix: "10k", customers: 10_000, features: [], subjects: ["ours", ...PEERS, "limit"] },
  { suffix: "100k", customers: 100_000, features: [], subjects: ["ours", "limit"] },
  { suffix: "10k_sqlite", customers: 10_000, features: ["IdbSqliteBackingStore"], subjects: ["ours", "limit"] },
  { suffix: "100k_sqlite", customers: 100_000, features: ["IdbSqliteBackingStore"], subjects: ["ours", "limit"] },
];

/** Starts a program on a company's customers. */
function start(name: string, company: string): Promise<Subject> {
  return name === "ours" ? Ours.start(company) : Peer.start(name, join(company, "customers.ndjson"));
}

/** Says whether something is meant by the words, which name rounds and programs; with none of its kind, all are. */
function chosen(name: string, words: string[], kind: string[]): boolean {
  return words.includes(name) || !kind.some((other) => words.includes(other));
}

let running: Subject | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void (running?.stop() ?? Promise.resolve()).finally(() => process.exit(1)));
}

/** Measures all rounds and programs, or those named; writes the entries into a file. */
async function run(output: string, words: string[]): Promise<void> {
  const companies = process.env.CHANGKE_COMPANIES;
  if (!companies) throw new Error("CHANGKE_COMPANIES is not set: run the benchmark with cargo xtask bench browser");
  await bundle("watch");
  const all: Entry[] = [];
  const missing: string[] = [];
  const suffixes = ROUNDS.map((round) => round.suffix);
  for (const { suffix, customers, features, subjects } of ROUNDS.filter((round) => chosen(round.suffix, words, suffixes))) {
    const taken = new Map<string, Figures>();
    for (const name of subjects.filter((name) => chosen(name, words, ["ours", ...PEERS, "limit"]))) {
      const say = (what: string) => console.log(`${name} ${suffix}: ${what}`);
      try {
        running = await start(name, join(companies, String(customers)));
        taken.set(name, await measure(running, features, say));
      } catch (error) {
        if (!PEERS.includes(name)) throw error;
        missing.push(`${name} was not measured: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    all.push(...entries(suffix, taken));
  }
  writeFileSync(output, JSON.stringify(all, undefined, 2));
  console.log(["", table(all), ...missing].join("\n"));
}

const [command = "", ...words] = process.argv.slice(2);
if (command === "serve") {
  const [name = "", file = ""] = words;
  // Only the program asked for: another one's packages may be missing.
  if (name === "pouchdb") await (await import("./serve/pouchdb.ts")).pouchdb(file);
  else if (name === "rxdb") await (await import("./serve/rxdb.ts")).rxdb(file);
  else await (await import("./serve/limit.ts")).limit(file);
} else {
  await run(command, words);
}
