import { execFileSync } from "node:child_process";
import { createECDH, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decrypt } from "http_ece";
import { SMTPServer } from "smtp-server";

/** The outside world of the tests: a mail server, a stand-in for Twilio, a push service; each keeps what it took. */

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** For localhost, signed by itself, made anew. */
export function aCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-cert-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...kind, "-days", "2", ...names, "-keyout", key, "-out", cert], {
    stdio: "ignore",
  });
  const made = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  rmSync(folder, { recursive: true });
  return made;
}

export interface Mail {
  readonly messageId: string;
  readonly to: string;
  readonly user: string | null;
  readonly secure: boolean;
  readonly source: string;
}

/** What a mail server does with the next messages; `lost` takes the message and drops the connection before saying so. */
export type MailBehaviour = "250" | "451" | "550" | "slow" | "dropInData" | "lost";

export interface SmtpSink {
  readonly port: number;
  readonly mails: Mail[];
  /** Asked for each message: how to behave. */
  behave: (recipient: string) => MailBehaviour;
  /** How many connections there have been. */
  connections(): number;
  close(): Promise<void>;
}

export async function smtpSink(
  options: { certificate?: Certificate; implicitTls?: boolean; password?: string } = {},
): Promise<SmtpSink> {
  const { certificate, implicitTls = false, password } = options;
  const mails: Mail[] = [];
  const sink: { behave: SmtpSink["behave"] } = { behave: () => "250" };
  let connections = 0;
  const server = new SMTPServer({
    onConnect(_session, callback) {
      connections++;
      callback();
    },
    ...(certificate ?? {}),
    secure: implicitTls,
    closeTimeout: 100,
    disabledCommands: [
      ...(certificate && !implicitTls ? [] : ["STARTTLS" as const]),
      ...(password === undefined ? ["AUTH" as const] : []),
    ],
    authOptional: password === undefined,
    onAuth: (auth, _session, callback) =>
      auth.password === password ? callback(null, { user: auth.username }) : callback(new Error("Wrong password")),
    onData(stream, session, callback) {
      const to = session.envelope.rcptTo[0]?.address ?? "";
      const behaviour = sink.behave(to);
      const socket = socketOf(server, session.id);
      if (behaviour === "dropInData") return void socket?.destroy();
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        if (behaviour === "451" || behaviour === "550") {
          return callback(Object.assign(new Error("The sink does not like it"), { responseCode: Number(behaviour) }));
        }
        const source = Buffer.concat(parts).toString("utf8");
        const messageId = /^message-id:\s*(\S+)/im.exec(source)?.[1] ?? "";
        mails.push({
          messageId,
          to,
          user: (session.user as string | undefined) ?? null,
          secure: session.secure,
          source,
        });
        if (behaviour === "lost") return void socket?.destroy();
        setTimeout(callback, behaviour === "slow" ? 400 : 0);
      });
    },
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  return Object.assign(sink, {
    port: (server.server.address() as AddressInfo).port,
    mails,
    connections: () => connections,
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  });
}

function socketOf(server: SMTPServer, sessionId: string): Socket | undefined {
  const connections = (server as unknown as { connections: Set<{ id: string; _socket: Socket }> }).connections;
  return [...connections].find(({ id }) => id === sessionId)?._socket;
}

export interface Text {
  readonly sid: string;
  readonly form: Readonly<Record<string, string>>;
  readonly authorization: string;
  readonly at: Date;
}

/** `lost` takes the message and drops the connection before answering. */
export type TwilioBehaviour = "201" | "429" | "500" | "400" | "lost" | "silent";

export interface TwilioStandIn {
  readonly url: string;
  readonly texts: Text[];
  behave: (to: string) => TwilioBehaviour;
  close(): Promise<void>;
}

/** Speaks the two requests of Twilio's Messages resource that are used: create and list. */
export async function twilioStandIn(): Promise<TwilioStandIn> {
  const texts: Text[] = [];
  const standIn: { behave: TwilioStandIn["behave"] } = { behave: () => "201" };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    const reply = json(response);
    if (!/^\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/Messages\.json$/i.test(url.pathname))
      return reply(404, { code: 20404 });
    if (request.method === "GET") {
      const to = url.searchParams.get("To");
      const found = texts.filter(({ form }) => form.To === to);
      return reply(200, {
        messages: found.map(({ sid, form, at }) => ({
          sid,
          body: form.Body,
          to: form.To,
          date_created: at.toUTCString(),
        })),
      });
    }
    const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
    const behaviour = standIn.behave(form.To ?? "");
    if (behaviour === "429") return reply(429, { code: 20429, message: "Too many requests" }, { "retry-after": "2" });
    if (behaviour === "500") return reply(500, {});
    if (behaviour === "400")
      return reply(400, { code: 21211, message: `The 'To' number ${form.To} is not a valid phone number.` });
    if (behaviour === "silent") return;
    const sid = `SM${randomBytes(16).toString("hex")}`;
    texts.push({ sid, form, authorization: request.headers.authorization ?? "", at: new Date() });
    if (behaviour === "lost") return void request.socket.destroy();
    reply(201, { sid, status: "queued" });
  });
  const url = await listening(server, "http");
  return Object.assign(standIn, { url, texts, close: () => closed(server) });
}

export interface PushService {
  /** What a browser would give as its subscription. */
  subscribe(): { endpoint: string; p256dh: string; auth: string };
  /** What its subscribers read, decrypted. */
  readonly messages: { readonly payload: unknown; readonly headers: IncomingMessage["headers"] }[];
  status: number;
  close(): Promise<void>;
}

/** Needs `NODE_EXTRA_CA_CERTS` or an agent that trusts the certificate: push services are reached by HTTPS alone. */
export async function pushService(certificate: Certificate): Promise<PushService> {
  const keys = new Map<string, { privateKey: ReturnType<typeof createECDH>; auth: Buffer }>();
  const messages: PushService["messages"] = [];
  const service = { status: 201, messages };
  const server = createHttpsServer(certificate, async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const key = keys.get(request.url ?? "");
    if (service.status === 201 && key) {
      const text = decrypt(Buffer.concat(parts), {
        version: "aes128gcm",
        privateKey: key.privateKey,
        authSecret: key.auth.toString("base64url"),
      });
      messages.push({ payload: JSON.parse(text.toString("utf8")), headers: request.headers });
    }
    response.writeHead(key ? service.status : 404).end();
  });
  const url = await listening(server, "https");
  return Object.assign(service, {
    subscribe() {
      const privateKey = createECDH("prime256v1");
      const p256dh = privateKey.generateKeys().toString("base64url");
      const auth = randomBytes(16);
      const path = `/push/${randomBytes(8).toString("hex")}`;
      keys.set(path, { privateKey, auth });
      return { endpoint: url + path, p256dh, auth: auth.toString("base64url") };
    },
    close: () => closed(server),
  });
}

export interface Hook {
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

export interface HookSink {
  readonly url: string;
  /** What was taken or refused, in order. */
  readonly hooks: Hook[];
  answer: (hook: Hook) => { status: number; body?: string; headers?: Record<string, string> } | "silent" | "drop";
  close(): Promise<void>;
}

/** Another system that is told of events. */
export async function hookSink(): Promise<HookSink> {
  const hooks: Hook[] = [];
  const sink: Pick<HookSink, "answer"> = { answer: () => ({ status: 204 }) };
  const server = createServer(async (request, response) => {
    const hook = { path: request.url ?? "", body: await bodyOf(request), headers: request.headers };
    hooks.push(hook);
    const answer = sink.answer(hook);
    if (answer === "silent") return;
    if (answer === "drop") return void request.socket.destroy();
    response.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? "");
  });
  const url = await listening(server, "http");
  return Object.assign(sink, { url, hooks, close: () => closed(server) });
}

function json(response: ServerResponse) {
  return (status: number, body: object, headers: Record<string, string> = {}) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) body += part;
  return body;
}

async function listening(server: Server, scheme: string): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `${scheme}://localhost:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
