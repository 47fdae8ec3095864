#!/usr/bin/env node
// Plain JavaScript: an older Node must be able to read this far, and say what it lacks.
import * as module from "node:module";
import { fileURLToPath } from "node:url";

const oldest = 24;
const major = Number(process.versions.node.split(".")[0]);
if (major < oldest) {
  process.stderr.write(
    `drf-auth needs Node ${oldest} or newer; this is ${process.versions.node}. ` +
      'Run it by npm ("npm start", "npx drf-auth …") in a project that has the package "node", or install a newer Node.\n',
  );
  process.exitCode = 1;
} else {
  // Types are stripped and functions compiled once, not at each start of each worker. In the package's own folder: whoever
  // can write there can change the package too. Workers find it by the variable; without the right to write it is not used.
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL("../node_modules/.cache/compile", import.meta.url));
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  const { run } = await import("drf-auth/cli");
  process.exitCode = await run(process.argv.slice(2));
}
