import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What `cargo xtask e2e` built. */
function built(variable: "CHANGKE_SERVER" | "CHANGKE_SITE"): string {
  const path = process.env[variable];
  if (!path) throw new Error(`${variable} is not set: run the stories with cargo xtask e2e`);
  return path;
}

/** A port that nobody listens on. The server keeps it over its restarts, as a real one does. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("the probe has no port");
  return address.port;
}

/** A Changke server with a data folder of its own, killed and started as often as a story needs. */
export class Server {
  private process: ChildProcess | undefined;
  private log = "";

  private constructor(
    readonly port: number,
    readonly data: string,
  ) {}

  /** Starts a server on an empty data folder. */
  static async start(): Promise<Server> {
    const server = new Server(await freePort(), mkdtempSync(join(tmpdir(), "changke-story-")));
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the server again on the same port and data, with another build of the site where one is given. */
  async start(site = built("CHANGKE_SITE"), ...more: string[]): Promise<void> {
    const listen = `127.0.0.1:${this.port}`;
    const options = ["serve", "--listen", listen, "--data", this.data, "--site", site, ...more];
    this.process = spawn(built("CHANGKE_SERVER"), options, { stdio: ["ignore", "pipe", "pipe"] });
    this.process.stdout?.on("data", (text) => (this.log += text));
    this.process.stderr?.on("data", (text) => (this.log += text));
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if (this.process.exitCode !== null) throw new Error(`the server ended at once:\n${this.log}`);
      const answer = await fetch(this.url).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(50);
    }
    throw new Error(`the server does not answer:\n${this.log}`);
  }

  /** Ends the server as a power cut does: with no time to say goodbye. */
  async kill(): Promise<void> {
    const process = this.process;
    this.process = undefined;
    if (!process || process.exitCode !== null) return;
    const ended = once(process, "exit");
    process.kill("SIGKILL");
    await ended;
  }

  /** Runs another command of the server's binary on the same data, such as `user add`. */
  command(...words: string[]): string {
    return this.commandWith("", ...words);
  }

  /** The same with something on its standard input, such as a password. */
  commandWith(input: string, ...words: string[]): string {
    const options = { encoding: "utf8", input } as const;
    const result = spawnSync(built("CHANGKE_SERVER"), [...words, "--data", this.data], options);
    if (result.status !== 0) throw new Error(`changke ${words.join(" ")} failed:\n${result.stderr}`);
    return result.stdout;
  }

  /** Ends the server and deletes its data. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.data, { recursive: true, force: true });
  }
}
