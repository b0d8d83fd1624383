import type { Page } from "@playwright/test";
import type { Device } from "./device.ts";

/** A first sync, and what else the page could not do meanwhile; ms. */
export interface Held {
  ms: number;
  /** The longest time without an answer. */
  gap: number;
  /** The longest task, of those of 50 ms and more. */
  task: number;
}

/** A program under test with its server. */
export interface Subject {
  /** A browser with an empty profile. */
  device(features: string[]): Promise<Device>;
  firstSync(device: Device): Promise<Held>;
  /** Opens the list on a new page; from the navigation to the list drawn and ready for a search. */
  coldStart(device: Device): Promise<{ page: Page; ms: number }>;
  /** Times of every keystroke, the first one after the start first. */
  search(page: Page): Promise<number[]>;
  /** The same by the library's own query, where users have one. */
  query?(page: Page): Promise<number[]>;
  /** Times of entries with pauses between them. */
  write(device: Device, strict: boolean): Promise<number[]>;
  /** Whether a write is `strict` without our doing. */
  readonly strict: boolean;
  /** Makes entries without a network and returns what sending them takes once it is back. */
  push(device: Device, batch: string): Promise<number>;
  /** Lets the program tidy its storage. */
  compact?(device: Device): Promise<Held>;
  stop(): Promise<void>;
}

/** How many entries are written, and between how long pauses. */
export const WRITES = 30;
export const pauses = Array.from({ length: WRITES }, (_, at) => 200 + ((at * 137) % 301));
/** How many entries wait for the network. */
export const UNSENT = 500;
