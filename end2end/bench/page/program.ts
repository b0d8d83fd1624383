import type { Customer } from "../rows.ts";

/** What a program under test does in the browser. */
export interface Program {
  /** Opens the database. */
  open(): Promise<void>;
  /** Takes everything from the server and returns once all of it is stored and the end was seen. */
  pull(): Promise<void>;
  /** Reads what a list and a search over it need into memory; returns the first names. */
  load(first: number): Promise<string[]>;
  /** Counts the customers whose name contains the words, in memory. */
  find(words: string): number;
  /** The same by the library's own query, where it has one. */
  query?(words: string): Promise<number>;
  /** Stores a new customer for sending and returns when the storage says that it is there. */
  write(customer: Customer): Promise<void>;
  /** Sends everything unsent and returns when the server has it and the device knows. */
  push(): Promise<void>;
}

/** What the measuring process calls in the page. */
export interface Harness {
  pull(): Promise<Span>;
  find(steps: string[]): Promise<number[]>;
  query(steps: string[]): Promise<number[]>;
  write(customers: Customer[], pauses: number[]): Promise<number[]>;
  fill(customers: Customer[]): Promise<void>;
  push(): Promise<number>;
}

/** From when to when something ran; ms of the page. */
export interface Span {
  start: number;
  end: number;
}

declare global {
  interface Window {
    harness: Harness;
  }
}

/** So many rows fit on the screen. */
const ROWS_DRAWN = 50;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function timed(run: () => unknown): Promise<Span> {
  const start = performance.now();
  await run();
  return { start, end: performance.now() };
}

async function each<T>(items: T[], pauseAfter: (at: number) => number, run: (item: T) => unknown): Promise<number[]> {
  const times = [];
  for (const [at, item] of items.entries()) {
    const { start, end } = await timed(() => run(item));
    times.push(end - start);
    await pause(pauseAfter(at));
  }
  return times;
}

function draw(names: string[]): void {
  const list = document.createElement("ul");
  for (const name of names) list.appendChild(document.createElement("li")).textContent = name;
  document.body.replaceChildren(list);
  list.getBoundingClientRect(); // lays it out now
}

/** Makes every transaction that writes `strict`, whatever the library asks for. */
function makeStrict(): void {
  const plain = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    return plain.call(this, stores, mode, mode === "readwrite" ? { ...options, durability: "strict" } : options);
  };
}

/** Makes a program measurable. At `/start` it shows its list at once, as an application does; `?strict` is for its writes. */
export function expose(program: Program): void {
  // Before the database is opened: some libraries bind its functions then.
  if (location.search === "?strict") makeStrict();
  window.harness = {
    pull: async () => {
      await program.open();
      return timed(() => program.pull());
    },
    find: (steps) => each(steps, () => 40, (words) => program.find(words)),
    query: (steps) => each(steps, () => 40, (words) => program.query?.(words)),
    write: (customers, pauses) => each(customers, (at) => pauses[at] ?? 0, (customer) => program.write(customer)),
    fill: async (customers) => {
      await Promise.all(customers.map((customer) => program.write(customer)));
    },
    push: async () => {
      const { start, end } = await timed(() => program.push());
      return end - start;
    },
  };
  if (location.pathname === "/start") void start(program);
  else performance.mark("bench:ready");
}

async function start(program: Program): Promise<void> {
  await program.open();
  draw(await program.load(ROWS_DRAWN));
  performance.mark("bench:list");
}
