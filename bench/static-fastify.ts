// The collected folder as @fastify/static serves it: the compressed files beside the others, to be kept for ever.
import fastifyStatic from "@fastify/static";
import Fastify, { LogController } from "fastify";

const [folder = "", port = "0"] = process.argv.slice(2);

const app = Fastify({
  logger: { level: "warn", stream: process.stderr },
  logController: new LogController({ disableRequestLogging: true }),
});
await app.register(fastifyStatic, {
  root: folder,
  prefix: "/static/",
  preCompressed: true,
  immutable: true,
  maxAge: "365d",
});
await app.listen({ port: Number(port), host: "127.0.0.1" });
process.stdout.write("ready\n");
