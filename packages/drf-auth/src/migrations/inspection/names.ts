/** A name in parts that are words, without accents and signs: `customerName`, `Customer Name` and `customer__name` alike. */
function wordsOf(name: string): readonly string[] {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
}

/** The name of a model for a table: `order_lines` is `OrderLines`. */
export function modelName(table: string): string {
  const name = wordsOf(table)
    .map((word) => word[0]?.toUpperCase() + word.slice(1).toLowerCase())
    .join("");
  return /^[A-Z]/.test(name) ? name : `Table${name}`;
}

/** The name of a field for a column: `CustomerName` is `customer_name`. */
export function fieldName(column: string): string {
  if (/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(column)) return column;
  const name = wordsOf(column).join("_").toLowerCase();
  return /^[a-z]/.test(name) ? name : `field_${name}`.replace(/_$/, "");
}

/** A name that is not taken yet: with a number behind it, where it is. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  const between = /^[a-z]/.test(name) ? "_" : "";
  let free = name;
  for (let number = 2; isTaken(free); number += 1) free = `${name}${between}${number}`;
  return free;
}
