// Without types of their own.
declare module "express" {
  const express: () => import("node:http").RequestListener & { use(...handlers: unknown[]): void };
  export default express;
}
declare module "express-pouchdb" {
  const expressPouchDB: (database: unknown, options: object) => unknown;
  export default expressPouchDB;
}
declare module "pouchdb-adapter-memory" {
  const memory: PouchDB.Plugin;
  export default memory;
}
