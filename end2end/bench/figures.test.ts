import assert from "node:assert/strict";
import { test } from "node:test";
import { median, percentile, typed } from "./figures.ts";

test("percentiles are values that were measured, whatever their order", () => {
  const values = Array.from({ length: 20 }, (_, at) => 20 - at);
  assert.equal(percentile(values, 0.5), 10);
  assert.equal(percentile(values, 0.95), 19);
  assert.equal(percentile(values, 1), 20);
  assert.equal(percentile([7], 0.95), 7);
  assert.deepEqual(values[0], 20);
});

test("the median of five is the third", () => {
  assert.equal(median([9, 1, 30, 2, 8]), 8);
});

test("nothing measured is no figure", () => {
  assert.throws(() => median([]));
});

test("a word is typed letter by letter, not unit by unit", () => {
  assert.deepEqual(typed("長𠮷a"), ["長", "長𠮷", "長𠮷a"]);
});
