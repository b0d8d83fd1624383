import { buffer } from "node:stream/consumers";
import { customers, type Customer } from "../rows.ts";
import { serve } from "./site.ts";

/** The other side of RxDB's replication: an array in memory, whose places are the checkpoints. */
export async function rxdb(file: string): Promise<void> {
  const history: (Customer & { _deleted: boolean })[] = customers(file).map((row) => ({ ...row, _deleted: false }));
  await serve("rxdb", async (request, response, { pathname, searchParams }) => {
    let answer: unknown;
    if (pathname === "/pull") {
      const after = Number(searchParams.get("after"));
      const documents = history.slice(after, after + Number(searchParams.get("limit")));
      answer = { documents, checkpoint: { seq: after + documents.length } };
    } else if (pathname === "/push") {
      const rows = JSON.parse((await buffer(request)).toString()) as { newDocumentState: (typeof history)[number] }[];
      history.push(...rows.map((row) => row.newDocumentState));
      answer = []; // no conflicts
    } else return false;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    return true;
  });
}
