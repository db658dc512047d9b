import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** The installation's secret keys: the first encrypts and signs, all of them decrypt and verify. */
export interface Keyring {
  readonly keys: readonly [SecretKey, ...SecretKey[]];
}

export interface SecretKey {
  /** Kept beside what the key encrypted. */
  readonly id: string;
  readonly key: Buffer;
}

/** @param text `id:base64` of 32 bytes, several with commas between them; null if it is no such list */
export function parseKeyring(text: string): Keyring | null {
  const keys = text.split(",").map((part) => {
    const [, id, encoded] = /^([\w-]{1,16}):([A-Za-z0-9+/_-]{43}=?)$/.exec(part.trim()) ?? [];
    return id === undefined || encoded === undefined ? null : { id, key: Buffer.from(encoded, "base64") };
  });
  const [first, ...others] = keys.flatMap((key) => key ?? []);
  const ids = new Set(keys.map((key) => key?.id));
  return first && others.length === keys.length - 1 && ids.size === keys.length ? { keys: [first, ...others] } : null;
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** @param owner what it belongs to, bound into the ciphertext: elsewhere it does not decrypt */
export function encrypt({ keys: [current] }: Keyring, owner: string, text: string): { keyId: string; sealed: string } {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, current.key, nonce).setAAD(Buffer.from(owner));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return { keyId: current.id, sealed: Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64") };
}

/** @throws Error when the key is not there any more, or the text is another owner's */
export function decrypt(
  { keys }: Keyring,
  owner: string,
  { keyId, sealed }: { keyId: string; sealed: string },
): string {
  const found = keys.find(({ id }) => id === keyId);
  if (!found) throw new Error(`FRONTDESK_SECRET_KEY holds no key ${keyId}, with which something was encrypted.`);
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv(algorithm, found.key, bytes.subarray(0, nonceBytes)).setAAD(Buffer.from(owner));
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString("utf8");
}

/** `<claims>.<signature>`, for links that are sent to people. @param purpose one token cannot be used as another */
export function signToken({ keys: [current] }: Keyring, purpose: string, claims: object): string {
  const body = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${body}.${signature(current, purpose, body)}`;
}

/** The claims of a token that was signed here for this purpose, as JSON; null for any other text. */
export function readToken({ keys }: Keyring, purpose: string, token: string): unknown {
  const [body = "", sent = "", ...rest] = token.split(".");
  if (rest.length > 0 || !keys.some((key) => equalInConstantTime(signature(key, purpose, body), sent))) return null;
  return JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
}

function signature({ key }: SecretKey, purpose: string, body: string): string {
  return createHmac("sha256", key).update(`${purpose}.${body}`).digest("base64url").slice(0, 32);
}

/** Takes as long whichever sign is the first to differ. */
export function equalInConstantTime(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
