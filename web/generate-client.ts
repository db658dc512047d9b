import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import openapiTS, { astToString } from "openapi-typescript";
import { buildApp } from "../src/app.ts";
import { connect } from "../src/db/connect.ts";

const file = join(import.meta.dirname, "api/schema.ts");
const head = "// Generated from the OpenAPI document by script/generate-client. Do not edit.\n\n";

/** Writes the types of the API's client; with --check, only says whether they are current. */
const db = await connect("sqlite::memory:");
const app = await buildApp({ db });
const { body } = await app.inject({ url: "/api/v1/openapi.json" });
await app.close();
await db.close();
const text = head + astToString(await openapiTS(JSON.parse(body), { defaultNonNullable: false }));

if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) {
    console.error("web/api/schema.ts is not what the API is now. Run script/generate-client.");
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
}
