import { appendFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { createTransport } from "nodemailer";
import { readConfig } from "../config.ts";
import { latestRuns } from "../deploy/journal.ts";
import { messageAfter, messageBefore, messageKinds } from "../deploy/messages.ts";
import { readPlanFile } from "../deploy/plan-file.ts";
import { reportOf } from "../deploy/report.ts";
import { markdownOf } from "../deploy/report-markdown.ts";
import type { Report } from "../deploy/report-schema.ts";
import type { Target } from "../deploy/target.ts";
import { orOne } from "./target.ts";

export function addReportCommands(deployment: Command): void {
  deployment
    .command("report")
    .description("tell of the last run, or of the one that is named")
    .argument("[run]", "its id, see status")
    .addOption(new Option("--format <format>", "for programs or for people").choices(["json", "markdown"]))
    .option("--summary", "for people, on one screen")
    .action(showReport);
  addMessageOptions(deployment.command("message"))
    .description("write what those who are concerned should read; to stdout, if nowhere else")
    .addArgument(deployment.createArgument("<kind>", "before what is planned, or after a run").choices(messageKinds))
    .option("--run <id>", "which run; the last one, if left out")
    .option("--plan <file>", "before: made by plan --out")
    .option("--window <text>", "before: when", "to be announced")
    .option("--downtime <text>", "before: how long nobody can work", "about 30 seconds")
    .option("--systems <text>", "before: what cannot be used meanwhile", "appointments, callbacks, notifications")
    .action(sendMessage);
}

export interface MessageOptions {
  readonly messageWebhook?: string;
  readonly messageFile?: string;
  readonly messageMail?: string;
}

export function addMessageOptions(command: Command): Command {
  return command
    .option("--message-webhook <url>", "post it as JSON, with its text in `text`", webAddress)
    .option("--message-file <file>", "append it to a file")
    .option("--message-mail <address>", "mail it, by SMTP_URL and from SMTP_FROM");
}

async function showReport(
  id: string | undefined,
  { summary = false, format = summary ? "markdown" : "json" }: { summary?: boolean; format?: string },
): Promise<void> {
  await orOne(async (target) => {
    const report = await findReport(target, id);
    const text = format === "markdown" ? markdownOf(report, { summary }) : `${JSON.stringify(report, null, 2)}\n`;
    process.stdout.write(text);
  });
}

/** @throws Error where there is no such run */
export async function findReport(target: Target, id?: string): Promise<Report> {
  const runs = await latestRuns(target, 1000);
  const run = id === undefined ? runs[0] : runs.find((each) => each.id === id);
  if (run === undefined) throw new Error(id === undefined ? "There was no run yet." : `There was no run ${id}.`);
  return reportOf(target, run);
}

interface SendOptions extends MessageOptions {
  readonly run?: string;
  readonly plan?: string;
  readonly window: string;
  readonly downtime: string;
  readonly systems: string;
}

async function sendMessage(kind: (typeof messageKinds)[number], options: SendOptions): Promise<void> {
  await orOne(async (target) => {
    if (kind === "before" && options.plan === undefined) throw new Error("Say which plan: --plan FILE.");
    const text =
      kind === "before"
        ? messageBefore(readPlanFile(options.plan ?? ""), options)
        : messageAfter(kind, await findReport(target, options.run));
    if (!(await hasPlace(text, kind, options))) process.stdout.write(text);
  });
}

/** False where no place was named. @throws Error that names the place which did not take it */
export async function hasPlace(
  text: string,
  kind: string,
  { messageWebhook, messageFile, messageMail }: MessageOptions,
): Promise<boolean> {
  if (messageFile !== undefined) appendFileSync(messageFile, `${text}\n`);
  if (messageWebhook !== undefined) await post(messageWebhook, { kind, text });
  if (messageMail !== undefined) await mail(messageMail, text);
  return [messageFile, messageWebhook, messageMail].some((place) => place !== undefined);
}

async function post(url: string, body: object): Promise<void> {
  const place = new URL(url).host;
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
  }).catch(() => null);
  if (!answer?.ok)
    throw new Error(`The webhook at ${place} did not take the message: ${answer?.status ?? "no answer"}.`);
}

async function mail(to: string, text: string): Promise<void> {
  const { mail: settings } = readConfig(process.env).installation;
  if (settings === null) throw new Error("--message-mail needs SMTP_URL and SMTP_FROM.");
  const transport = createTransport(settings.url);
  try {
    await transport.sendMail({ from: settings.from, to, subject: text.split("\n")[0] ?? "", text });
  } catch (error) {
    throw new Error(`The mail server did not take the message: ${(error as { code?: string }).code ?? "no answer"}.`);
  } finally {
    transport.close();
  }
}

function webAddress(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new InvalidArgumentError("It must be like https://….");
  return text;
}
