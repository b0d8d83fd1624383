import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pageScript } from "../bundle.ts";

/** Answers a request, or not, if it is for the page. */
export type Api = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean> | boolean;

/** The page's headers: isolation gives it a finer clock. */
const HEADERS = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Answers with the page of a program. */
export function page(name: string): RequestListener {
  const script = readFileSync(pageScript(name));
  const html = `<!doctype html><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,"><body><script src="/page.js"></script>`;
  return (request, response) => {
    if (request.url === "/page.js") {
      const headers = { ...HEADERS, "content-type": "text/javascript; charset=utf-8", "cache-control": "max-age=86400" };
      response.writeHead(200, headers).end(script);
    } else {
      response.writeHead(200, { ...HEADERS, "content-type": "text/html; charset=utf-8" }).end(html);
    }
  };
}

/** Serves on a free port and tells it to the process that started this one. */
export async function listen(listener: RequestListener): Promise<void> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  process.send?.({ port: (server.address() as AddressInfo).port });
  process.on("disconnect", () => process.exit());
}

/** Serves a program's page beside its API. */
export async function serve(name: string, api: Api): Promise<void> {
  const pages = page(name);
  await listen((request, response) => {
    const answer = async () => {
      if (!(await api(request, response, new URL(request.url ?? "/", "http://localhost")))) pages(request, response);
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
}
