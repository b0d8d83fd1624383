import type { Customer } from "../rows.ts";
import { expose } from "./program.ts";

/** Rows of one stored value, and such values with their one index in one transaction. */
const BLOCK_ROWS = 1_000;
const BLOCKS = 8;
const NEWLINE = 10;

let database: IDBDatabase;
/** The names, a line each. */
let names = "";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function complete(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Cuts what streams in into blocks of so many whole lines. */
async function* blocks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let [bytes, filled, looked, rows] = [new Uint8Array(1 << 20), 0, 0, 0];
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    if (filled + read.value.length > bytes.length) {
      const larger = new Uint8Array(2 * bytes.length + read.value.length);
      larger.set(bytes.subarray(0, filled));
      bytes = larger;
    }
    bytes.set(read.value, filled);
    filled += read.value.length;
    for (let at = 0; (at = bytes.subarray(0, filled).indexOf(NEWLINE, looked)) >= 0; ) {
      looked = at + 1;
      rows += 1;
      if (rows < BLOCK_ROWS) continue;
      yield bytes.slice(0, looked);
      bytes.copyWithin(0, looked, filled);
      [filled, looked, rows] = [filled - looked, 0, 0];
    }
    looked = filled;
  }
  if (filled > 0) yield bytes.slice(0, filled);
}

/** What a cold start needs of some blocks: ids of one width, and names, a line each. */
interface Index {
  ids: Uint8Array;
  names: Uint8Array;
}

function indexOf(blocks: Uint8Array[]): Index {
  const decoder = new TextDecoder();
  let [ids, names] = ["", ""];
  for (const line of blocks.flatMap((block) => decoder.decode(block).trimEnd().split("\n"))) {
    const row = JSON.parse(line) as Customer;
    ids += row.id;
    names += row.name.toLowerCase() + "\n";
  }
  const encoder = new TextEncoder();
  return { ids: encoder.encode(ids), names: encoder.encode(names) };
}

async function store(first: number, batch: Uint8Array[]): Promise<void> {
  if (batch.length === 0) return;
  const index = indexOf(batch);
  const transaction = database.transaction(["block", "index"], "readwrite", { durability: "relaxed" });
  batch.forEach((block, at) => transaction.objectStore("block").put(block, first + at));
  transaction.objectStore("index").put(index, first);
  await complete(transaction);
}

expose({
  async open() {
    const request = indexedDB.open("limit", 1);
    request.onupgradeneeded = () => {
      for (const name of ["block", "index", "outbox"]) request.result.createObjectStore(name);
    };
    database = await done(request);
  },
  async pull() {
    const { body } = await fetch("/pull");
    if (!body) throw new Error("the server sent nothing");
    let [stored, batch, storing]: [number, Uint8Array[], Promise<void>] = [0, [], Promise.resolve()];
    const flush = async () => {
      await storing;
      storing = store(stored, batch);
      stored += batch.length;
      batch = [];
    };
    for await (const block of blocks(body)) {
      batch.push(block);
      if (batch.length === BLOCKS) await flush();
    }
    await flush();
    await storing;
  },
  async load(first) {
    const read = database.transaction("index").objectStore("index").getAll();
    const decoder = new TextDecoder();
    names = (await done<Index[]>(read)).map((index) => decoder.decode(index.names)).join("");
    const shown = [];
    for (let [from, to] = [0, 0]; shown.length < first && to >= 0; from = to + 1) {
      to = names.indexOf("\n", from);
      if (to >= 0) shown.push(names.slice(from, to));
    }
    return shown;
  },
  find(words) {
    let hits = 0;
    for (let at = names.indexOf(words); at >= 0; at = names.indexOf(words, names.indexOf("\n", at))) hits += 1;
    return hits;
  },
  async write(customer) {
    const body = new TextEncoder().encode(JSON.stringify(customer));
    const transaction = database.transaction("outbox", "readwrite", { durability: "strict" });
    transaction.objectStore("outbox").put(body, customer.id);
    await complete(transaction);
  },
  async push() {
    const read = database.transaction("outbox").objectStore("outbox").getAll();
    const entries = await done<Uint8Array<ArrayBuffer>[]>(read);
    const body = new Blob(entries.flatMap((entry) => [entry, "\n"]));
    const answer = await fetch("/push", { method: "POST", body });
    if (!answer.ok) throw new Error(`push: ${answer.status}`);
    const transaction = database.transaction("outbox", "readwrite", { durability: "strict" });
    transaction.objectStore("outbox").clear();
    await complete(transaction);
  },
});
