import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { serve } from "./site.ts";

/** Sends the rows as they are and keeps what comes in memory. */
export async function limit(file: string): Promise<void> {
  const rows = readFileSync(file);
  const pushed: Buffer[] = [];
  await serve("limit", async (request, response, { pathname }) => {
    if (pathname === "/pull") response.end(rows);
    else if (pathname === "/push") {
      pushed.push(await buffer(request));
      response.end();
    } else return false;
    return true;
  });
}
