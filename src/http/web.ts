import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Served during maintenance too: it tells people what goes on. */
    isWeb?: boolean;
  }
}

/** Where `script/web` puts the admin UI. */
export const webFolder = join(import.meta.dirname, "../../dist/web");

/** The first segments of the UI's addresses; any other path is none of the UI's, and answered as before. */
const screens = [
  "sign-in",
  "password",
  "account",
  "appointments",
  "policies",
  "callbacks",
  "notifications",
  "modifications",
  "settings",
];

const noncePlaceholder = "__nonce__";

/** Serves the admin UI at /, and `about` to whoever asks / for JSON; where no UI was built, to everybody. */
export async function serveWeb(app: FastifyInstance, about: object, folder = webFolder): Promise<void> {
  const index = indexIn(folder);
  const sendIndex = (_request: FastifyRequest, reply: FastifyReply) =>
    index === null ? reply.callNotFound() : sendPage(reply, index);

  app.get("/", { config: { isWeb: true } }, (request, reply) => {
    reply.header("vary", "accept");
    return index !== null && wantsPage(request) ? sendPage(reply, index) : reply.send(about);
  });
  for (const screen of screens) {
    app.get(`/${screen}`, { config: { isWeb: true } }, sendIndex);
    app.get(`/${screen}/*`, { config: { isWeb: true } }, sendIndex);
  }
  if (index === null) return;
  await app.register((assets, _options, registered) => {
    assets.addHook("onRoute", (options) => {
      options.config = { ...options.config, isWeb: true };
    });
    assets.register(fastifyStatic, {
      root: join(folder, "assets"),
      prefix: "/assets/",
      decorateReply: false,
      // Names carry a hash of what is in them; one that is not there is an unknown path.
      wildcard: false,
      immutable: true,
      maxAge: "365d",
      index: false,
    });
    registered();
  });
}

function indexIn(folder: string): string | null {
  try {
    return readFileSync(join(folder, "index.html"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Whoever asks for JSON, or for nothing in particular, is a program. */
export function wantsPage({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes("text/html") ?? false;
}

/** Styles that are made in the browser carry the page's nonce; scripts come from files only. */
function sendPage(reply: FastifyReply, index: string): FastifyReply {
  const nonce = randomBytes(18).toString("base64");
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return reply
    .header("content-security-policy", policy.join(";"))
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(index.replaceAll(noncePlaceholder, nonce));
}
