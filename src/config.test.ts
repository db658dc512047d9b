import { expect, test } from "vitest";
import { ConfigMistake, readConfig } from "./config.ts";
import { bareInstallation } from "./installation.ts";

test("with nothing set, it serves an SQLite file to this machine alone", () => {
  expect(readConfig({ PORT: "" })).toEqual({
    databaseUrl: "sqlite:.data/frontdesk.db",
    databaseConnections: 10,
    host: "127.0.0.1",
    port: 3000,
    logLevel: "info",
    rateLimitPerMinute: 6000,
    trustProxy: false,
    drainSeconds: 1,
    metricsToken: null,
    installation: bareInstallation,
  });
});

test("every variable can be set", () => {
  const env = { DATABASE_URL: "mysql://a:b@c/d", HOST: "::", PORT: "0", TRUST_PROXY: "10.0.0.0/8", DRAIN_SECONDS: "0" };
  const read = { databaseUrl: "mysql://a:b@c/d", host: "::", port: 0, trustProxy: "10.0.0.0/8", drainSeconds: 0 };
  expect(readConfig(env)).toMatchObject(read);
});

test("keys, addresses and the installation's own mail server can be set", () => {
  const key = `2026:${Buffer.alloc(32, 1).toString("base64")}`;
  const { installation } = readConfig({
    FRONTDESK_SECRET_KEY: `${key}, old:${Buffer.alloc(32, 2).toString("base64")}`,
    PUBLIC_URL: "https://desk.example.org/",
    SMTP_URL: "smtps://user:p%40ss@mail.example.org",
    SMTP_FROM: "desk@example.org",
  });
  expect(installation.keyring?.keys.map(({ id }) => id)).toEqual(["2026", "old"]);
  expect(installation).toMatchObject({ publicUrl: "https://desk.example.org", mail: { from: "desk@example.org" } });
  expect(() => readConfig({ SMTP_URL: "smtp://localhost:25" })).toThrow("SMTP_FROM");
});

test("all mistakes are told at once, each with its variable and none with a password", () => {
  const env = {
    DATABASE_URL: "postgres://a:hunter2@b/c",
    PORT: "70000",
    LOG_LEVEL: "loud",
    DATABASE_CONNECTIONS: "1e3",
    FRONTDESK_SECRET_KEY: "one:hunter2",
    PUBLIC_URL: "desk.example.org",
    SMTP_URL: "http://a:hunter2@b",
  };
  let message = "";
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigMistake);
    message = (error as Error).message;
  }
  for (const variable of Object.keys(env)) expect(message).toContain(`\n  ${variable}: Must be `);
  expect(message).not.toContain("hunter2");
});
