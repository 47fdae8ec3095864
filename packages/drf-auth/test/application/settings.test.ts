import { describe, expect, it } from "vitest";
import { settingsDefaults, settingsOf } from "../../src/application/settings.ts";

describe("what the environment says", () => {
  it.each([
    [
      "CORS_ORIGINS",
      "https://app.example.com, https://b.example.com",
      { corsOrigins: ["https://app.example.com", "https://b.example.com"] },
    ],
    ["CSRF_TRUSTED_ORIGINS", "https://*.example.com", { csrfTrustedOrigins: ["https://*.example.com"] }],
    ["TRUSTED_PROXIES", "loopback,10.0.0.0/8", { trustedProxies: ["loopback", "10.0.0.0/8"] }],
  ])("stands before the application's settings: %s", (name, value, expected) => {
    const settings = { ...settingsDefaults, corsOrigins: ["https://x"], csrfTrustedOrigins: ["https://x"] };
    expect(settingsOf(settings, { [name]: value })).toEqual({ ...settings, ...expected });
  });

  it("counts for nothing when it is empty", () => {
    const settings = { ...settingsDefaults, trustedProxies: ["loopback"] };
    expect(settingsOf(settings, { TRUSTED_PROXIES: " " })).toEqual(settings);
  });
});
