import PouchDB from "pouchdb-browser";
import find from "pouchdb-find";
import type { Customer } from "../rows.ts";
import { expose } from "./program.ts";

PouchDB.plugin(find);

type Row = Omit<Customer, "id">;

/** The default of 100 takes five times as long. */
const BATCH = 1_000;
/** A query has an end of its own; a list shows no more. */
const HITS = 50;

const remote = new PouchDB<Row>(`${location.origin}/db/customers`);
let local: PouchDB.Database<Row>;
let names: string[] = [];

expose({
  async open() {
    local = new PouchDB<Row>("customers", { adapter: "idb", auto_compaction: true });
    await local.info();
  },
  async pull() {
    const done = await local.replicate.from(remote, { batch_size: BATCH });
    if (!done.ok) throw new Error(done.errors.join());
  },
  async load(first) {
    const { rows } = await local.allDocs({ include_docs: true });
    names = rows.map((row) => row.doc?.name.toLowerCase() ?? "");
    return rows.slice(0, first).map((row) => row.doc?.name ?? "");
  },
  find: (words) => names.filter((name) => name.includes(words)).length,
  async query(words) {
    const { docs } = await local.find({ selector: { name: { $regex: new RegExp(words, "i") } }, limit: HITS });
    return docs.length;
  },
  async write({ id, ...row }) {
    await local.put({ _id: id, ...row });
  },
  async push() {
    const done = await local.replicate.to(remote, { batch_size: BATCH });
    if (!done.ok) throw new Error(done.errors.join());
  },
});
