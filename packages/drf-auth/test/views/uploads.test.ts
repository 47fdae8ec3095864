import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  allowAny,
  application,
  field,
  include,
  model,
  modelSerializer,
  modelViewSet,
  router,
  type SavingContext,
  type Storage,
  type UploadedFile,
  ValidationError,
} from "../../src/index.ts";
import { ApiClient, type Throwaway, throwaway } from "../../src/testing/index.ts";

const png = Buffer.from(
  "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082",
  "hex",
);
const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

const Sheet = model("archive.Sheet", {
  title: field.char({ maxLength: 20, unique: true }),
  text: field.file({ uploadTo: "texts/%Y", maxLength: 60 }),
  cover: field.image({ uploadTo: "covers", blank: true }),
});

const sheets = modelViewSet(modelSerializer(Sheet, { fields: "__all__" }), {
  performCreate: async (serializer) => {
    await serializer.save();
    if (serializer.validatedData.title === "undone") throw new ValidationError("Undone.");
  },
});

const Note = model("archive.Note", {
  file: field.file({ null: true, blank: true }),
  source: field.char({ maxLength: 100 }),
});
const hooked = modelViewSet(
  modelSerializer(Note, {
    fields: ["id", "file", "source"],
    create: async (values, context: SavingContext) => {
      const file = values.file ? await context.storeFile(values.file, "notes") : null;
      return context.objects(Note).insert({ ...values, file });
    },
  }),
);

/** A form as a browser sends it. */
function form(values: Readonly<Record<string, Blob | string | readonly [bytes: Buffer | string, name: string]>>) {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "string") data.append(name, value);
    else if (value instanceof Blob) data.append(name, value);
    else data.append(name, new Blob([value[0] as string]), value[1]);
  }
  return data;
}

describe("uploaded files", () => {
  let opened: Throwaway;
  let client: ApiClient;
  let scratch: string;
  let folder: string;
  const stored = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length;
  const temporary = () => readdirSync(tmpdir()).filter((name) => /^drf-auth-[^-]{6}$/.test(name));
  const send = (method: string, path: string, body: FormData) => client.send(path, { method, body });
  const year = new Date().getUTCFullYear();

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "drf-auth-test-"));
    folder = join(scratch, "media");
    // Other tests have temporary files too.
    vi.stubEnv("TMPDIR", scratch);
    const app = application({
      settings: { permissions: [allowAny], authentication: [], uploads: { folder } },
      models: [Sheet, Note],
      routes: [include("", router({ sheets, hooked }))],
    });
    opened = await throwaway(app, { folder: scratch, hasNoMigrations: true });
    client = await ApiClient.open(opened);
  });
  afterAll(async () => {
    await client.close();
    await opened.close();
    vi.unstubAllEnvs();
    rmSync(scratch, { recursive: true });
  });

  it("go to the disk under a name of their own, and come back as addresses", async () => {
    const before = temporary();
    const { status, data } = await send("POST", "/sheets/", form({ title: "first", text: ["hello", "a b.txt"] }));
    expect(status).toBe(201);
    const url = `${client.base}/media/texts/${year}/a_b.txt`;
    expect(data).toEqual({ id: 1, title: "first", text: url, cover: null });
    expect(readFileSync(join(folder, `texts/${year}/a_b.txt`), "utf8")).toBe("hello");
    expect(statSync(join(folder, `texts/${year}/a_b.txt`)).mode & 0o777).toBe(0o644);
    expect(temporary()).toEqual(before);
    const file = await client.get(new URL(url).pathname);
    expect(file.text).toBe("hello");
    expect(file.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  it("of one name stand beside each other", async () => {
    const { data } = await send("POST", "/sheets/", form({ title: "second", text: ["other", "a b.txt"] }));
    const { text } = data as { readonly text: string };
    expect(text).toMatch(new RegExp(`/media/texts/${year}/a_b_[a-zA-Z0-9]{7}\\.txt$`));
    expect((await client.get(new URL(text).pathname)).text).toBe("other");
    expect((await client.get(`/media/texts/${year}/a_b.txt`)).text).toBe("hello");
  });

  it("are kept when other values change, and exchanged when one is sent", async () => {
    const named = await send("PATCH", "/sheets/1/", form({ title: "changed" }));
    expect(named.data).toMatchObject({ title: "changed", text: `${client.base}/media/texts/${year}/a_b.txt` });
    const covered = await send("PATCH", "/sheets/1/", form({ cover: [png, "c.png"] }));
    expect(covered.data).toMatchObject({ cover: `${client.base}/media/covers/c.png` });
    expect(readFileSync(join(folder, "covers/c.png"))).toEqual(png);
    expect((await client.get("/sheets/")).data).toContainEqual(covered.data);
  });

  it.each([
    ["nothing", form({ title: "x" }), { text: ["No file was submitted."] }],
    [
      "text",
      form({ title: "x", text: "hello" }),
      { text: ["The submitted data was not a file. Check the encoding type on the form."] },
    ],
    ["an empty file", form({ title: "x", text: ["", "a.txt"] }), { text: ["The submitted file is empty."] }],
    [
      "a file of a long name",
      form({ title: "x", text: ["x", `${"a".repeat(60)}.txt`] }),
      { text: ["Ensure this filename has at most 60 characters (it has 64)."] },
    ],
    [
      "text that is called a picture",
      form({ title: "x", text: ["x", "a"], cover: ["hello", "a.png"] }),
      {
        cover: ["Upload a valid image. The file you uploaded was either not an image or a corrupted image."],
      },
    ],
    [
      "a picture that can hold script",
      form({
        title: "x",
        text: ["x", "a"],
        cover: ['<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', "a.svg"],
      }),
      {
        cover: ["Upload a valid image. The file you uploaded was either not an image or a corrupted image."],
      },
    ],
    [
      "a picture that is called a page",
      form({ title: "x", text: ["x", "a"], cover: [gif, "a.html"] }),
      {
        cover: [
          "File extension “html” is not allowed. Allowed extensions are: apng, avif, bmp, gif, heic, heif, ico, jfif, jpe, jpeg, jpg, png, tif, tiff, webp.",
        ],
      },
    ],
  ])("are refused where it is %s, and nothing stays", async (_what, body, errors) => {
    const [before, temporaryBefore] = [stored(), temporary()];
    const { status, data } = await send("POST", "/sheets/", body);
    expect({ status, data }).toEqual({ status: 400, data: errors });
    expect([stored(), temporary()]).toEqual([before, temporaryBefore]);
  });

  it("cannot be sent as JSON, not even what looks like one", async () => {
    const text = { filename: "a", mediaType: "text/plain", path: "/etc/passwd", size: 5 };
    const { status, data } = await client.post("/sheets/", { title: "x", text });
    expect(status).toBe(400);
    expect(data).toEqual({ text: ["The submitted data was not a file. Check the encoding type on the form."] });
  });

  it("are removed where the row is not kept in the end", async () => {
    const before = stored();
    const undone = await send("POST", "/sheets/", form({ title: "undone", text: ["x", "u.txt"] }));
    expect(undone.status).toBe(400);
    expect(stored()).toBe(before);
  });

  it("larger than a body may be are refused while they come", async () => {
    const before = temporary();
    const large = form({ title: "large", text: ["x".repeat(11 * 1024 * 1024), "l.txt"] });
    expect((await send("POST", "/sheets/", large)).status).toBe(413);
    expect(temporary()).toEqual(before);
  });

  it.each([
    ["a page", "page.html", "<script>alert(1)</script>", "attachment"],
    ["a picture with script", "p.svg", "<svg/>", "attachment"],
    ["text", "t.txt", "text", null],
  ])("run nothing in the name of the site: %s", async (_what, name, content, disposition) => {
    const { data } = await send("POST", "/sheets/", form({ title: name, text: [content, name] }));
    const { headers, text } = await client.get(new URL((data as { text: string }).text).pathname);
    expect(text).toBe(content);
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    expect(headers.get("content-disposition")).toBe(disposition);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  it.each(["/media/", "/media/../media.sqlite3", "/media/%2e%2e/test.sqlite3", "/media/nowhere.txt", "/media/texts"])(
    "are all that is served there: not %s",
    async (path) => expect((await client.get(path)).status).toBe(404),
  );

  it("answer 304 to who has them, and parts to who asks for those", async () => {
    const path = `/media/texts/${year}/a_b.txt`;
    const etag = (await client.get(path)).headers.get("etag") ?? "";
    expect((await client.send(path, { headers: { "if-none-match": etag } })).status).toBe(304);
    const part = await client.send(path, { headers: { range: "bytes=1-2" } });
    expect([part.status, part.text]).toEqual([206, "el"]);
  });

  it("are chosen on the page of a list, whose form is multipart", async () => {
    const { text } = await client.send("/sheets/", { headers: { accept: "text/html" } });
    expect(text).toContain('enctype="multipart/form-data"');
    expect(text).toMatch(/<input type="file"[^>]* name="text"/);
    expect(text).toMatch(/<input type="file"[^>]* name="cover"[^>]* accept="image\/\*"/);
  });

  it("are told of by OPTIONS", async () => {
    const { data } = await client.send("/sheets/", { method: "OPTIONS" });
    expect((data as { actions: { POST: object } }).actions.POST).toMatchObject({
      text: { type: "file upload", required: true, read_only: false, label: "Text", max_length: 60 },
      cover: { type: "image upload", required: false, read_only: false, label: "Cover", max_length: 100 },
    });
  });

  it("are stored by a hook of one's own", async () => {
    const { status, data } = await send("POST", "/hooked/", form({ source: "s", file: ["x", "n.txt"] }));
    expect(status).toBe(201);
    expect(data).toEqual({ id: 1, source: "s", file: `${client.base}/media/notes/n.txt` });
    expect(existsSync(join(folder, "notes/n.txt"))).toBe(true);
    const none = await send("POST", "/hooked/", form({ source: "s", file: "" }));
    expect(none.data).toEqual({ id: 2, source: "s", file: null });
  });
});

describe("a storage of one's own", () => {
  it("takes files and gives their addresses", async () => {
    const kept = new Map<string, string>();
    const storage: Storage = {
      save: async (name: string, file: UploadedFile) => {
        kept.set(name, readFileSync(file.path, "utf8"));
        return name;
      },
      delete: async (name) => void kept.delete(name),
      urlOf: (name) => `https://files.example.com/${name}`,
    };
    const app = application({
      settings: { permissions: [allowAny], authentication: [], uploads: { storage } },
      models: [Sheet],
      routes: [include("", router({ sheets }))],
    });
    const scratch = mkdtempSync(join(tmpdir(), "drf-auth-test-"));
    const opened = await throwaway(app, { folder: scratch, hasNoMigrations: true });
    const client = await ApiClient.open(opened);
    const { data } = await client.send("/sheets/", {
      method: "POST",
      body: form({ title: "t", text: ["hi", "a.txt"] }),
    });
    await client.send("/sheets/", { method: "POST", body: form({ title: "undone", text: ["hi", "b.txt"] }) });
    const year = new Date().getUTCFullYear();
    expect(data).toMatchObject({ text: `https://files.example.com/texts/${year}/a.txt` });
    expect([...kept]).toEqual([[`texts/${year}/a.txt`, "hi"]]);
    await client.close();
    await opened.close();
    rmSync(scratch, { recursive: true });
  });
});
