// An application with one view, which computes: what a request costs beside it is nearly nothing.
import { application, path, view } from "drf-auth";
import { burn } from "./busy.ts";

const hashes = Number(process.env["BUSY_HASHES"]);

export default application({
  models: [],
  routes: [path("busy/", view({ name: "Busy", permissions: [], get: () => ({ digest: burn(hashes) }) }))],
});
