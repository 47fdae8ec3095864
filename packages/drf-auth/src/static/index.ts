export { UploadFolder } from "./upload-folder.ts";
export { collectStatic, type CollectedStatic, findUncollected } from "./collect-static.ts";
export { loadStaticFiles, type StaticFiles } from "./static-files.ts";
export { resolveStaticPlaces, type StaticPlaces, type StaticSettings } from "./static-settings.ts";
