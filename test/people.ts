import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { expect, vi } from "vitest";
import { type AppOptions, buildApp } from "../src/app.ts";
import { bareInstallation, type Installation } from "../src/installation.ts";
import { createSignIn } from "../src/people/sign-in.ts";
import { addOperatorAcrossCompanies, addUser } from "../src/people/users.ts";
import { parseKeyring } from "../src/secrets.ts";
import type { SignIn } from "../src/sign-in.ts";
import type { Grant } from "../src/tenancy/roles.ts";
import type { TestDb } from "./databases.ts";
import type { ACompany } from "./factories.ts";

export const password = "a long enough password";
const origin = "http://desk.example";

/** An installation where people sign in; its mails become files. */
export interface Desk {
  readonly app: FastifyInstance;
  readonly signIn: SignIn;
  readonly errors: unknown[];
  /** Somebody who has chosen the password above. */
  person(company: ACompany | null, ...grants: Grant[]): Promise<{ id: number; email: string }>;
  browser(address?: string): Browser;
  /** The links in the mails, once so many have come; the mailbox is empty afterwards. */
  links(count: number): Promise<string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function aDesk(db: TestDb, overrides: Partial<Installation> = {}): Promise<Desk> {
  const mailboxFolder = mkdtempSync(join(tmpdir(), "frontdesk-people-"));
  const installation = {
    ...bareInstallation,
    keyring: parseKeyring(`k:${randomBytes(32).toString("base64")}`),
    publicUrl: origin,
    mailboxFolder,
    ...overrides,
  };
  const errors: unknown[] = [];
  const signIn = createSignIn({ db, url: db.url, installation, onError: (error) => errors.push(error) });
  const options: AppOptions = { db, installation, signIn };
  const app = await buildApp(options);
  return {
    app,
    signIn,
    errors,
    async person(company, ...grants) {
      const [name, email] = ["Petra O'Neil", `${randomUUID()}@people.example`];
      const id =
        company === null
          ? await addOperatorAcrossCompanies(db, { email, name })
          : (await addUser(db, company.caller, { email, name, grants })).id;
      const token = (await signIn.invite(id))?.split("#")[1] ?? "";
      await signIn.choosePassword(
        { headers: new Headers(), address: "::1", company: null, cookies: [] },
        token,
        password,
      );
      return { id, email };
    },
    browser: (address = "10.1.0.1") => aBrowser(app, address),
    async links(count) {
      const mails = () => readdirSync(mailboxFolder).filter((file) => file.endsWith(".html"));
      await vi.waitFor(() => expect(mails()).toHaveLength(count), 5000);
      return mails().map((file) => {
        const text = readFileSync(join(mailboxFolder, file), "utf8");
        rmSync(join(mailboxFolder, file));
        return /href="([^"]+#[^"]+)"/.exec(text)?.[1] ?? text;
      });
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await signIn.close();
      rmSync(mailboxFolder, { recursive: true, force: true });
    },
  };
}

export interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of a body is said where it is expected
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Keeps cookies as a browser does, and says whose page asks. */
export interface Browser {
  readonly cookies: Map<string, string>;
  send(
    method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE",
    path: string,
    body?: object,
    headers?: object,
  ): Promise<Reply>;
  enter(email: string, pass?: string): Promise<Reply>;
}

function aBrowser(app: FastifyInstance, remoteAddress: string): Browser {
  const cookies = new Map<string, string>();
  const browser: Browser = {
    cookies,
    async send(method, path, payload, headers = { origin }) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const reply = await app.inject({
        method,
        remoteAddress,
        url: `/api/v1${path}`,
        headers: { host: "desk.example", ...(cookie === "" ? {} : { cookie }), ...headers },
        ...(payload === undefined ? {} : { payload }),
      });
      for (const { name, value, maxAge } of reply.cookies) {
        if (maxAge === 0) cookies.delete(name);
        else cookies.set(name, encodeURIComponent(value));
      }
      const isJson = /json/.test(String(reply.headers["content-type"]));
      return { status: reply.statusCode, body: isJson ? reply.json() : reply.body || null, headers: reply.headers };
    },
    enter: (email, pass = password) => browser.send("PUT", "/session", { email, password: pass }),
  };
  return browser;
}

/** What an authenticator app shows (RFC 6238). @param uri as it was given to the app */
export function codeOfApp(uri: string, at = Date.now()): string {
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
