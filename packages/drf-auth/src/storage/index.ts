export { FolderStorage } from "./folder-storage.ts";
export type { Storage } from "./storage.ts";
export { nameOfUpload, type UploadTo } from "./stored-name.ts";
export { storageOf, type UploadSettings } from "./upload-settings.ts";
