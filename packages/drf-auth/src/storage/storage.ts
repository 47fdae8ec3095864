import type { UploadedFile } from "../http/index.ts";

/** Where uploaded files are kept: a folder, or a store of one's own, such as S3. */
export interface Storage {
  /**
   * Takes a file in under a name such as `covers/2026/a.png`, and gives the name that it got: another one where that
   * is taken. No name is longer than `maxLength` characters.
   */
  save(name: string, file: UploadedFile, maxLength: number): Promise<string>;
  /** Removes a file; one that is not there is no error. */
  delete(name: string): Promise<void>;
  /** The address of a file: a path on this server, or a whole URL. */
  urlOf(name: string): string;
}
