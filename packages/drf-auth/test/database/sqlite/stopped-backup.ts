import { backUp } from "../../../src/database/index.ts";

// Copies a database, and is sent a signal in the midst of it.
const [path = "", copy = "", signal = ""] = process.argv.slice(2);
await backUp(path, copy, {
  onProgress: () => void process.kill(process.pid, signal),
});
