import type { Page } from "@playwright/test";

/** A value as text where it is text, and otherwise as what it is. */
export type Value = string | { base64: string };

/** Everything in a database, and what whoever opens it must find. */
export interface Fixture {
  version: number;
  stores: Record<string, [key: string, value: Value][]>;
}

/** Reads a whole database as it lies on the device. */
export function dump(page: Page, database: string): Promise<Fixture> {
  return page.evaluate(async (name) => {
    const finished = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const readable = (bytes: Uint8Array): Value => {
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        return { base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
      }
    };
    const opened = await finished(indexedDB.open(name));
    const stores: Fixture["stores"] = {};
    for (const area of opened.objectStoreNames) {
      const store = opened.transaction(area).objectStore(area);
      const [keys, values] = await Promise.all([finished(store.getAllKeys()), finished(store.getAll())]);
      stores[area] = keys.map((key, at) => [String(key), readable(values[at])]);
    }
    opened.close();
    return { version: opened.version, stores };
  }, database);
}
