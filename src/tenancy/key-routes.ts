import { z } from "zod";
import { isoOf } from "../clock.ts";
import { id, idParam, instantIn, instantReply, instantText, text } from "../http/fields.ts";
import { type Route, route } from "../http/route.ts";
import { permissions } from "../tenant.ts";
import { type ApiKey, issueApiKey, listApiKeys, revokeApiKey } from "./api-keys.ts";

const tag = "keys";

const key = z
  .object({
    id,
    name: z.string(),
    prefix: z.string().meta({ description: "How the key begins: by this people tell keys apart" }),
    scopes: z.array(z.string()),
    expiresAt: instantReply.nullable(),
    revokedAt: instantReply.nullable(),
    lastUsedAt: instantReply.nullable().meta({ description: "To the minute" }),
    createdAt: instantReply,
  })
  .meta({ id: "ApiKey" });

export const keyRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/api-keys",
    tag,
    permission: "keys:read",
    summary: "The company's keys, oldest first, those that are over too",
    reply: z.object({ items: z.array(key) }),
    handle: async ({ db, caller }) => ({ items: (await listApiKeys(db, caller)).map(keyView) }),
  }),
  route({
    method: "POST",
    path: "/api-keys",
    tag,
    permission: "keys:write",
    summary: "Make a key; it is told this once",
    body: z
      .strictObject({
        name: text(100).min(1),
        scopes: z.array(z.enum(permissions)).min(1).max(permissions.length),
        expiresAt: instantText.nullable().default(null),
      })
      .meta({ id: "NewApiKey" }),
    reply: z.object({ id, key: z.string().meta({ description: "To be kept: only its hash stays here" }) }),
    status: 201,
    repliesSecret: true,
    handle: ({ db, caller, body: { expiresAt, ...body } }) =>
      issueApiKey(db, caller, { ...body, expiresAt: expiresAt === null ? null : instantIn(expiresAt) }, caller),
  }),
  route({
    method: "DELETE",
    path: "/api-keys/:apiKeyId",
    tag,
    permission: "keys:write",
    summary: "Refuse a key from the next request on; its line stays",
    params: z.object({ apiKeyId: idParam }),
    reply: z.undefined(),
    status: 204,
    handle: async ({ db, caller, params }) => {
      await revokeApiKey(db, caller, params.apiKeyId, caller);
      return undefined;
    },
  }),
];

function keyView({ scopes, expiresAt, revokedAt, lastUsedAt, createdAt, ...key }: ApiKey) {
  return {
    ...key,
    scopes: [...scopes],
    expiresAt: expiresAt && isoOf(expiresAt),
    revokedAt: revokedAt && isoOf(revokedAt),
    lastUsedAt: lastUsedAt && isoOf(lastUsedAt),
    createdAt: isoOf(createdAt),
  };
}
