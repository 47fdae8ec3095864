import { DatabaseSync } from "node:sqlite";

// Another process that holds the write lock of a file until its standard input ends.
const database = new DatabaseSync(process.argv[2] ?? "");
database.exec("BEGIN IMMEDIATE");
process.stdout.write("held\n");
process.stdin.on("end", () => database.exec("COMMIT")).resume();
