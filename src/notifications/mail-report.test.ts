import { describe, expect, it } from "vitest";
import { readMailReport } from "./mail-report.ts";
import { aReport } from "./testing.ts";

describe("a mail server's report", () => {
  it.each([
    ["failed", "5.1.1", "bounced"],
    ["delivered", "2.0.0", "delivered"],
    ["delayed", "4.4.7", "delayed"],
    ["relayed", "2.0.0", "delayed"],
  ])("says %s with %s: %s", async (action, status, outcome) => {
    expect(await readMailReport(aReport("<1@example.org>", action, status))).toEqual({
      outcome,
      status,
      messageId: "1@example.org",
    });
  });

  it("may return the headers alone", async () => {
    const report = await readMailReport(aReport("<1@example.org>", "failed", "5.2.2", "text/rfc822-headers"));
    expect(report).toEqual({ outcome: "bounced", status: "5.2.2", messageId: "1@example.org" });
  });

  it.each([
    ["a letter", "From: petra@example.org\r\nSubject: Hello\r\n\r\nAction: failed\r\n"],
    ["an auto-reply", "Auto-Submitted: auto-replied\r\nContent-Type: text/plain\r\n\r\nI am away."],
    ["nothing", ""],
    ["an unknown action", aReport("<1@example.org>", "exploded")],
  ])("is not %s", async (_, source) => {
    expect(await readMailReport(source)).toBeNull();
  });
});
