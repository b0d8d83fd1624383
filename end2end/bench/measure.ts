import type { Device } from "./device.ts";
import { median, percentile } from "./figures.ts";
import type { Held, Subject } from "./subject.ts";

/** What one program took, by what was measured; ms. */
export type Figures = Record<string, number>;

const [FIRST_SYNCS, COLD_STARTS, PUSHES] = [5, 5, 5];

/** Measures everything of one program, on devices of one variant of the browser. */
export async function measure(subject: Subject, features: string[], say: (what: string) => void): Promise<Figures> {
  let device: Device | undefined;
  try {
    const syncs: Held[] = [];
    for (let run = 0; run < FIRST_SYNCS; run += 1) {
      await device?.dispose();
      device = await subject.device(features);
      syncs.push(await subject.firstSync(device));
    }
    if (!device) throw new Error("no device");
    const figures: Figures = {
      first_sync: median(syncs.map(({ ms }) => ms)),
      first_sync_longest_gap: median(syncs.map(({ gap }) => gap)),
      first_sync_longest_task: median(syncs.map(({ task }) => task)),
    };
    say(`first sync ${figures.first_sync?.toFixed()} ms`);
    Object.assign(figures, await reading(subject, device));
    say(`cold start ${figures.cold_start?.toFixed()} ms, keystroke p95 ${figures.search_p95?.toFixed(1)} ms`);
    Object.assign(figures, await writing(subject, device));
    say(`durable write p95 ${figures.write_p95?.toFixed(1)} ms, push of 500 ${figures.push_500?.toFixed()} ms`);
    const compaction = await subject.compact?.(device);
    if (compaction) {
      figures.compaction_longest_gap = compaction.gap;
      figures.compaction_longest_task = compaction.task;
    }
    return figures;
  } finally {
    await device?.dispose();
    await subject.stop();
  }
}

async function reading(subject: Subject, device: Device): Promise<Figures> {
  const starts = [];
  for (let run = 1; run < COLD_STARTS; run += 1) starts.push((await subject.coldStart(device)).ms);
  const { page, ms } = await subject.coldStart(device);
  const keystrokes = await subject.search(page);
  const queries = (await subject.query?.(page)) ?? [];
  return {
    cold_start: median([...starts, ms]),
    search_first: keystrokes[0] ?? Number.NaN,
    ...spread("search", keystrokes),
    ...(queries.length > 0 ? spread("query", queries) : {}),
  };
}

async function writing(subject: Subject, device: Device): Promise<Figures> {
  const shipped = await subject.write(device, false);
  const strict = subject.strict ? shipped : await subject.write(device, true);
  // What was written so far is sent first, and the other side's way of remembering it is set up.
  await subject.push(device, "0");
  const pushes = [];
  for (let run = 1; run <= PUSHES; run += 1) pushes.push(await subject.push(device, String(run)));
  return {
    ...spread("write", strict),
    ...(subject.strict ? {} : spread("relaxed", shipped)),
    push_500: median(pushes),
  };
}

function spread(name: string, values: number[]): Figures {
  return { [`${name}_p50`]: percentile(values, 0.5), [`${name}_p95`]: percentile(values, 0.95) };
}
