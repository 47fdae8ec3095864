// Runs in a file system of two megabytes, given by its folder, and says as JSON what it met when that was full.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { complaint } from "../../../src/cli/complaint.ts";
import { backUp } from "../../../src/database/index.ts";
import { assemble, openProject } from "../../../src/application/index.ts";
import { application, field, model, modelSerializer, modelViewSet, router } from "../../../src/index.ts";
import { migrate, migrationsOfModels } from "../../../src/migrations/index.ts";
import { ApiClient } from "../../../src/testing/index.ts";

const [folder = ""] = process.argv.slice(2);
const Note = model("notes.Note", { text: field.text() });
const More = model("notes.More", { text: field.text() });
const notes = modelViewSet(modelSerializer(Note, { fields: ["id", "text"] }), {});
const app = application({ settings: { authentication: [] }, models: [Note], routes: router({ notes }) });
const later = application({ settings: {}, models: [Note, More], routes: [] });

const environment = { DATABASE_URL: `sqlite:${join(folder, "db.sqlite3")}`, SECRET_KEY: "k".repeat(50) };
const open = async (one: typeof app) => {
  const project = await openProject(one, { environment, folder });
  const { database, registry } = project;
  const update = () => migrate({ database, registry, folder, files: migrationsOfModels(registry), log: () => {} });
  return { project, update };
};
const failure = (work: Promise<unknown>): Promise<string> => work.then(() => "nothing failed", complaint);

const { project, update } = await open(app);
await update();
const log: string[] = [];
const assembled = await assemble(project, {
  logLevel: "info",
  logStream: { write: (line: string) => void log.push(line) },
});
const client = await ApiClient.open({ assembled });
const ballast = join(folder, "ballast");
writeFileSync(ballast, Buffer.alloc(400_000));

const text = "note ".repeat(2000);
const post = () => client.post("/notes/", { text });
const kept = async () => ((await client.get("/notes/")).data as readonly unknown[]).length;

let made = 0;
let refused = await post();
for (; refused.status === 201; refused = await post()) made += 1;
const changed = await client.send("/notes/1/", { method: "PATCH", json: { text: text.repeat(3) } });
const small = await post();
if (small.status === 201) made += 1;
const keptWhenFull = await kept();
const copying = await failure(backUp(join(folder, "db.sqlite3"), join(folder, "copy.sqlite3")));
const other = await open(later);
const migrating = await failure(other.update());
await other.project.database.close();
rmSync(ballast);
const again = await post();
if (again.status === 201) made += 1;
const keptAfter = await kept();
const [check] = await project.database.run({ sql: "PRAGMA integrity_check", isWrite: false }, []);
await client.close();
await assembled.close();

process.stdout.write(
  JSON.stringify({
    refused: { status: refused.status, retryAfter: refused.headers.get("retry-after"), data: refused.data },
    changed: changed.status,
    again: again.status,
    made,
    keptWhenFull,
    keptAfter,
    check,
    copying,
    migrating,
    log: log.map((line) => (JSON.parse(line) as { readonly msg: string }).msg),
  }),
);
