/** The value below which a share of all values lies (nearest rank), such as 0.5 or 0.95. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** What a word looks like letter by letter, as a search field sees it typed. */
export function typed(word: string): string[] {
  const letters = [...word];
  return letters.map((_, at) => letters.slice(0, at + 1).join(""));
}
