import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SmtpSink, smtpSink } from "../../../test/sinks.ts";
import { smtpSender } from "./smtp.ts";

let sink: SmtpSink;
beforeAll(async () => {
  sink = await smtpSink();
});
afterAll(() => sink.close());

const account = () =>
  ({
    host: "127.0.0.1",
    port: sink.port,
    tls: "none",
    user: null,
    password: null,
    from: "a@b.example",
    ca: null,
  }) as const;
const message = (to: string) => ({
  publicId: randomUUID(),
  channel: "email" as const,
  to,
  toName: "",
  content: { subject: "Hello", text: "Hello\n", html: null },
  unsubscribeLink: "",
  statusUrl: "",
});

test("a message's time begins with its turn: what waits behind a slow server is neither uncertain nor sent twice", async () => {
  sink.behave = () => "slow";
  const sender = smtpSender(account(), true, 900);
  const results = await Promise.all(
    Array.from({ length: 15 }, (_, n) => sender.send(message(`patient-${n}@example.org`))),
  );
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(["sent"]));
  expect(sink.mails.filter(({ to }) => to.startsWith("patient"))).toHaveLength(15);
  await sender.close();
});

test("what may not begin any more when its turn comes is not sent", async () => {
  sink.behave = () => "slow";
  const sender = smtpSender(account(), true);
  let late = false;
  const first = Array.from({ length: 5 }, (_, n) => sender.send(message(`first-${n}@example.org`), () => !late));
  const second = sender.send(message("second@example.org"), () => !late);
  await sleep(100);
  late = true;
  expect(await second).toMatchObject({ outcome: "temporary", code: "notBegun" });
  expect((await Promise.all(first)).map(({ outcome }) => outcome)).toEqual(Array(5).fill("sent"));
  expect(sink.mails.filter(({ to }) => to === "second@example.org")).toEqual([]);
  await sender.close();
});
