import express from "express";
import expressPouchDB from "express-pouchdb";
import memory from "pouchdb-adapter-memory";
import PouchDB from "pouchdb-core";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { customers } from "../rows.ts";
import { listen, page } from "./site.ts";

const AT_ONCE = 5_000;

/** PouchDB's own server on a database in memory. */
export async function pouchdb(file: string): Promise<void> {
  const Memory = PouchDB.plugin(memory).defaults({ adapter: "memory" });
  const database = new Memory("customers");
  const rows = customers(file).map(({ id, ...row }) => ({ _id: id, ...row }));
  for (let at = 0; at < rows.length; at += AT_ONCE) await database.bulkDocs(rows.slice(at, at + AT_ONCE));
  const app = express();
  const logPath = join(tmpdir(), `changke-bench-pouchdb-${process.pid}.log`);
  app.use("/db", expressPouchDB(Memory, { mode: "minimumForPouchDB", inMemoryConfig: true, logPath }));
  app.use(page("pouchdb"));
  await listen(app);
}
