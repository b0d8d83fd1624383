import { readFileSync } from "node:fs";

/** A customer as it lies in the company's file; every program under test keeps the same ones. */
export interface Customer {
  id: string;
  name: string;
  short_name?: string;
  phones?: string[];
  email?: string;
  address?: string;
  level?: string;
  source?: string;
  tags?: string[];
  remark?: string;
  owner?: string;
}

/** The lines of a company's file. */
export function lines(file: string): string[] {
  return readFileSync(file, "utf8").trimEnd().split("\n");
}

/** The company's customers. */
export function customers(file: string): Customer[] {
  return lines(file).map((line) => JSON.parse(line) as Customer);
}

/** Words that people type into the search field, in both writings, frequent and rare, one without a hit. */
export const WORDS = [
  "長興精密",
  "pacific trading",
  "電子股份",
  "高雄永",
  "summit optics",
  "遠東機電有限公司",
  "evergreen 12",
  "模具",
  "delta plastics 906",
  "沒有這一家",
];

let issued = 0;

/** A number that no other customer has: an import would set a second one aside as a likely duplicate. */
function telephone(): string {
  issued += 1;
  return String(3_000_0000 + issued).replace(/(?=....$)/, " ");
}

/** New customers of the same size as the others, made offline. */
export function newCustomers(count: number, batch: string): Customer[] {
  return Array.from({ length: count }, (_, at) => ({
    id: crypto.randomUUID(),
    name: `離線${batch}第${at + 1}號有限公司`,
    phones: [`+886 4 ${telephone()}`],
    email: `office${at}@${batch.toLowerCase()}.example.org`,
    address: `臺中市西屯區工業二路${at + 1}號3樓`,
    level: "B",
    source: "展覽",
    remark: "去年秋天的展覽上認識，對不銹鋼零件有興趣，要求先寄樣品。".repeat(4),
  }));
}

/** The same customers as a file for an import. */
export function csv(rows: Customer[]): string {
  const header = "name,phone,email,address,level,source,remark";
  const cells = rows.map((row) =>
    [row.name, row.phones?.[0], row.email, row.address, row.level, row.source, row.remark].join(","),
  );
  return [header, ...cells].join("\r\n");
}
