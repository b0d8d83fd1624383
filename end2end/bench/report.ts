import type { Figures } from "./measure.ts";

/** One figure of the report, as the build helper reads it. */
export interface Entry {
  name: string;
  unit: "ms";
  ours: number;
  peers: Record<string, number>;
  limit: number | null;
}

/** Other ways in which users of a peer do the same; they stand beside it under a name of their own. */
const OTHER_WAYS: Record<string, [figure: string, how: string]> = {
  search_p50: ["query_p50", "$regex"],
  search_p95: ["query_p95", "$regex"],
  write_p50: ["relaxed_p50", "relaxed"],
  write_p95: ["relaxed_p95", "relaxed"],
};

/** Lays what was measured at one size side by side; only what we have a figure for. */
export function entries(suffix: string, taken: Map<string, Figures>): Entry[] {
  const { ours = {}, limit = {}, ...peers } = Object.fromEntries(taken);
  return Object.entries(ours).map(([figure, value]) => ({
    name: `browser/${figure}_${suffix}`,
    unit: "ms",
    ours: value,
    peers: Object.assign({}, ...Object.entries(peers).map(([name, figures]) => ways(name, figures, figure))) as Entry["peers"],
    limit: limit[figure] ?? null,
  }));
}

/** A peer's figure and that of the other way. */
function ways(name: string, figures: Figures, figure: string): Entry["peers"] {
  const [other, how] = OTHER_WAYS[figure] ?? ["", ""];
  const both = [[name, figures[figure]], [`${name} ${how}`, figures[other]]] as const;
  return Object.fromEntries(both.filter(([, value]) => value !== undefined)) as Entry["peers"];
}

/** The figures for people: how often we fit into a peer stands beside its figure, how often the limit fits into us beside the limit's. */
export function table(all: Entry[]): string {
  const names = [...new Set(all.flatMap((entry) => Object.keys(entry.peers)))].sort();
  const rows = all.map(({ name, ours, peers, limit }) => {
    const cells = names.map((peer) => beside(peers[peer], (peers[peer] ?? 0) / ours));
    return [name, shown(ours), beside(limit, ours / (limit ?? 0)), ...cells];
  });
  const lines = [["ms", "ours", "limit", ...names], ...rows];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join("  ")).join("\n");
}

function beside(value: number | null | undefined, ratio: number): string {
  return value === null || value === undefined ? "" : `${shown(value)} (${shown(ratio)}x)`;
}

function shown(figure: number): string {
  return figure < 10 ? figure.toFixed(2) : figure < 100 ? figure.toFixed(1) : figure.toFixed();
}
