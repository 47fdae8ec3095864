import { setInterval } from "node:timers";
import { DatabaseSync } from "node:sqlite";

// Another process that commits a row every millisecond until its standard input ends, and says how many it made.
const database = new DatabaseSync(process.argv[2] ?? "", { timeout: 5000 });
database.exec("PRAGMA synchronous = OFF");
const insert = database.prepare("INSERT INTO page (text) VALUES ('another')");
let made = 0;
const writing = setInterval(() => void (insert.run(), (made += 1)), 1);
process.stdout.write("writing\n");
process.stdin
  .on("end", () => {
    clearInterval(writing);
    process.stdout.write(`${made}\n`);
  })
  .resume();
