import { createRxDatabase, type RxCollection, type RxJsonSchema } from "rxdb";
import { replicateRxCollection } from "rxdb/plugins/replication";
import { getRxStorageDexie } from "rxdb/plugins/storage-dexie";
import type { Customer } from "../rows.ts";
import { expose } from "./program.ts";

const BATCH = 1_000;
const HITS = 50;

const text = { type: "string" } as const;
const texts = { type: "array", items: text } as const;
const schema: RxJsonSchema<Customer> = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: {
    id: { type: "string", maxLength: 36 },
    name: text,
    short_name: text,
    phones: texts,
    email: text,
    address: text,
    level: text,
    source: text,
    tags: texts,
    remark: text,
    owner: text,
  },
  required: ["id", "name"],
};

let collection: RxCollection<Customer>;
let names: string[] = [];

async function ask<T>(path: string, body?: unknown): Promise<T> {
  const answer = await fetch(path, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** Pulls once, and sends what is unsent where that is asked for. */
async function replicate(pushes: boolean): Promise<void> {
  const replication = replicateRxCollection<Customer, { seq: number }>({
    replicationIdentifier: "bench",
    collection,
    live: false,
    waitForLeadership: false,
    pull: { batchSize: BATCH, handler: (from, limit) => ask(`/pull?after=${from?.seq ?? 0}&limit=${limit}`) },
    ...(pushes && { push: { batchSize: BATCH, handler: (rows) => ask("/push", rows) } }),
  });
  replication.error$.subscribe((error) => console.error(error.message));
  await replication.awaitInitialReplication();
}

expose({
  async open() {
    // One tab only: the coordination of several costs time.
    const database = await createRxDatabase({ name: "bench", storage: getRxStorageDexie(), multiInstance: false });
    collection = (await database.addCollections({ customers: { schema } })).customers as RxCollection<Customer>;
  },
  pull: () => replicate(false),
  async load(first) {
    const rows = await collection.find().exec();
    names = rows.map((row) => row.name.toLowerCase());
    return rows.slice(0, first).map((row) => row.name);
  },
  find: (words) => names.filter((name) => name.includes(words)).length,
  async query(words) {
    const rows = await collection.find({ selector: { name: { $regex: words, $options: "i" } }, limit: HITS }).exec();
    return rows.length;
  },
  async write(customer) {
    await collection.insert(customer);
  },
  push: () => replicate(true),
});
