// Writes the files that a person opens, beside this one: `npm run requests`.
import { writeFileSync } from "node:fs";
import { httpFile } from "./http-file.ts";
import { requests } from "./requests.ts";
import { thunderCollection, thunderEnvironment } from "./thunder-collection.ts";

const beside = (name: string): URL => new URL(name, import.meta.url);
writeFileSync(beside("thesaurus.http"), httpFile(requests));
writeFileSync(beside("thunder-collection.json"), thunderCollection(requests));
writeFileSync(beside("thunder-environment.json"), thunderEnvironment());
