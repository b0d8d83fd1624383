import type { Span } from "./program.ts";

declare global {
  interface Window {
    /** The longest time that the page did not answer, and its longest task, within a span. */
    longest(span: Span): { gap: number; task: number };
  }
}

/** Beats come at least this often where nothing holds up the page; ms. */
const BEAT = 5;

/** Browsers tell only of tasks from this length on; it stands for "no longer than". */
const TASK = 50;

const gaps: Span[] = [];
const tasks: Span[] = [];

let last = performance.now();
function beat(): void {
  const now = performance.now();
  if (now - last > 2 * BEAT) gaps.push({ start: last, end: now });
  last = now;
  setTimeout(beat, BEAT);
}
beat();

new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) tasks.push({ start: startTime, end: startTime + duration });
}).observe({ type: "longtask", buffered: true });

window.longest = (span) => {
  const held = gaps.map(({ start, end }) => Math.min(end, span.end) - Math.max(start, span.start));
  const within = tasks.filter(({ start, end }) => start < span.end && end > span.start);
  return {
    gap: Math.max(BEAT, ...held.map((ms) => ms - BEAT)),
    task: Math.max(TASK, ...within.map(({ start, end }) => end - start)),
  };
};
