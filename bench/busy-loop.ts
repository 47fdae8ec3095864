// The same work without a server: what the machine itself gives one process, and each of two.
import { burn } from "./busy.ts";

const [hashes = "0", seconds = "0"] = process.argv.slice(2);
burn(Number(hashes));
const started = performance.now();
let done = 0;
for (; performance.now() - started < Number(seconds) * 1000; done += 1) burn(Number(hashes));
process.stdout.write(`${(done * 1000) / (performance.now() - started)}\n`);
