#!/usr/bin/env node
// Plain JavaScript: an older Node must be able to read this far, and say what it lacks.
const oldest = 24;
const major = Number(process.versions.node.split(".")[0]);
if (major < oldest) {
  process.stderr.write(
    `drf-auth needs Node ${oldest} or newer; this is ${process.versions.node}. ` +
      'Run it by npm ("npm start", "npx drf-auth …") in a project that has the package "node", or install a newer Node.\n',
  );
  process.exitCode = 1;
} else {
  const { run } = await import("drf-auth/cli");
  process.exitCode = await run(process.argv.slice(2));
}
