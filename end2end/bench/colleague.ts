import { PASSWORD } from "../support/company.ts";
import type { Customer } from "./rows.ts";

/** Somebody else at work, on a device that pushes over the API. */
export class Colleague {
  private made = 0;

  private constructor(
    private readonly url: string,
    private readonly cookie: string,
    private readonly caller: { protocol: number; organisation: string; user: string; client: string },
  ) {}

  /** Signs the administrator in on another device. */
  static async signIn(url: string): Promise<Colleague> {
    const client = crypto.randomUUID();
    const answer = await post(`${url}/api/v1/session`, { sign_in: "wang", password: PASSWORD, client });
    const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
    const { organisation, user } = (await answer.json()) as Record<"organisation" | "user", { id: string }>;
    return new Colleague(url, cookie, { protocol: 1, organisation: organisation.id, user: user.id, client });
  }

  /** Enters new customers, all in one push. */
  async enter(customers: Customer[]): Promise<void> {
    const now = Date.now();
    const entries = customers.map((customer) => ({
      id: crypto.randomUUID(),
      n: (this.made += 1),
      name: "customer_create",
      v: 1,
      args: { customer },
      happened: now,
      happened_raw: now,
      business_date: new Date(now).toISOString().slice(0, 10),
      seen: 0,
    }));
    const answer = await (await post(`${this.url}/api/v1/push`, { caller: this.caller, entries }, this.cookie)).text();
    if (answer.split('"applied"').length <= customers.length) throw new Error(`not all was applied: ${answer}`);
  }
}

async function post(url: string, body: unknown, cookie = ""): Promise<Response> {
  const headers = { "content-type": "application/json", cookie };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}
