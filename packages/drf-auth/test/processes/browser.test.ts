import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningStarter, scratchFolder, startStarter } from "./running.ts";

const program = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));
if (program === undefined) {
  process.stdout.write("No browser: the pages are not tried in one. Install Chromium, or name one in CHROMIUM.\n");
}

describe.skipIf(program === undefined)("a person with a browser", () => {
  const scratch = scratchFolder();
  const faults: string[] = [];
  let server: RunningStarter;
  let browser: Browser;
  let page: Page;
  let base: string;

  beforeAll(async () => {
    server = await startStarter(scratch.path, { WORKERS: "2" });
    ({ base } = server);
    browser = await chromium.launch({
      executablePath: program as string,
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    });
    page = await browser.newPage();
    // Whatever the policy of the page refuses, and whatever the page lacks, is written to the console.
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(String(error)));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    scratch.remove();
  });

  it("reads without a login, and is offered one but no form", async () => {
    await page.goto(`${base}/`);
    expect(page.url()).toBe(`${base}/api/v1/`);
    await page.getByRole("link", { name: `${base}/api/v1/words/` }).click();
    await page.getByRole("heading", { name: "Word List" }).waitFor();
    expect(await page.getByText('"count"').count()).toBe(1);
    expect(await page.getByRole("button", { name: "POST" }).count()).toBe(0);
  });

  it("is told about a wrong password, and logs in to where it came from", async () => {
    await page.getByRole("link", { name: "Log in" }).click();
    await page.getByLabel("Username").fill("ada");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Please enter a correct username and password").waitFor();
    await page.getByLabel("Password").fill("correct-horse-battery");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "Word List" }).waitFor();
    expect(page.url()).toBe(`${base}/api/v1/words/`);
    expect(await page.getByText("ada").first().isVisible()).toBe(true);
  });

  it("creates a word by the form", async () => {
    await page.getByLabel("Text").fill("fond");
    await page.getByLabel("Synonym").fill("enamored");
    await page.getByRole("button", { name: "POST" }).click();
    await page.getByText("201 Created").waitFor();
    expect(await page.getByText('"owner": "ada"').count()).toBe(1);
  });

  it("sees what is wrong with a word beside its field, and its own words again", async () => {
    await page.goto(`${base}/api/v1/words/`);
    await page.getByLabel("Text").fill("fond");
    await page.getByLabel("Synonym").fill('<b title="x">tender</b>');
    await page.getByRole("button", { name: "POST" }).click();
    await page.getByText("400 Bad Request").waitFor();
    const text = page.getByLabel("Text");
    expect(await text.inputValue()).toBe("fond");
    expect(await text.getAttribute("aria-invalid")).toBe("true");
    expect(await page.getByLabel("Synonym").inputValue()).toBe('<b title="x">tender</b>');
    expect(await page.locator("form").getByText("word with this text already exists.").count()).toBe(1);
    // The one error is the 400 itself.
    expect(faults.splice(0).filter((fault) => !fault.includes("status of 400"))).toEqual([]);
  });

  it("goes up by the breadcrumbs, and logs out", async () => {
    await page.goto(`${base}/api/v1/words/1/`);
    await page.getByRole("link", { name: "Word List" }).click();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.goto(`${base}/api/v1/words/`);
    await page.getByRole("link", { name: "Log in" }).waitFor();
    expect(await page.getByRole("button", { name: "POST" }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it.each([
    ["/api/v1/words/", 200],
    ["/api-auth/login/", 200],
    ["/nowhere/", 404],
    ["/api/v1/words/4242/", 404],
  ])("sees %s in its style without any network but this server, whichever worker answers", async (path, status) => {
    const asked = new Set<string>();
    const foreign: string[] = [];
    for (let time = 0; time < 4; time += 1) {
      // Nothing is remembered from the last time, and connections are new.
      const context = await browser.newContext();
      const fresh = await context.newPage();
      await fresh.route("**/*", (route) => {
        const url = route.request().url();
        if (!url.startsWith(`${base}/`)) {
          foreign.push(url);
          return route.abort();
        }
        if (url.endsWith(".css")) asked.add(url);
        return route.continue();
      });
      expect((await fresh.goto(base + path))?.status()).toBe(status);
      const styleOf = (element: string, name: string) =>
        fresh.evaluate(`getComputedStyle(document.querySelector("${element}")).${name}`);
      expect(await styleOf("main", "paddingLeft")).toBe("16px");
      expect(await styleOf("body", "marginTop")).toBe("0px");
      await context.close();
    }
    expect([...asked]).toEqual([expect.stringMatching(/\/static\/drf-auth\/pages\.[0-9a-f]{12}\.css$/)]);
    expect(foreign).toEqual([]);
  });
});
