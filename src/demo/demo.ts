import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bookAppointment } from "../appointments/book.ts";
import { quoteCancellation } from "../appointments/quote.ts";
import { getAppointment } from "../appointments/store.ts";
import { instantOf, isoOf, MovableClock, plusMilliseconds } from "../clock.ts";
import { acrossCompanies } from "../db/across-companies.ts";
import { type Connection, connect, currentTime } from "../db/connect.ts";
import { holdFile } from "../db/file-lock.ts";
import { transaction } from "../db/transaction.ts";
import { migrate } from "../deploy/run.ts";
import { openTarget } from "../deploy/target.ts";
import { Refusal } from "../errors.ts";
import { bareInstallation, type Installation } from "../installation.ts";
import { appointmentLink } from "../notifications/links.ts";
import { createSignIn } from "../people/sign-in.ts";
import { parseKeyring } from "../secrets.ts";
import { issueApiKey } from "../tenancy/api-keys.ts";
import { authenticator } from "../tenancy/authenticate.ts";
import { type Caller, machineCaller, permissions } from "../tenant.ts";
import { demoCompanies } from "./companies.ts";
import { byCustomer } from "./history.ts";
import { type DemoLogin, demoLogins } from "./logins.ts";
import { liveThroughAMonthAcrossCompanies } from "./month.ts";
import { seedCustomer } from "./seed.ts";

export interface DemoOptions {
  readonly dataDir: string;
  readonly port: number;
  /** Begin anew; all that was tried is forgotten. */
  readonly reset: boolean;
}

interface Sample {
  readonly appointmentId: number;
  readonly lateAppointmentId: number;
  readonly customerId: number;
  readonly branchId: string;
  readonly serviceId: number;
  readonly staffId: string;
  /** What a message of the sample appointment leads its customer to. */
  readonly customerPage: string;
}

export interface DemoFile {
  readonly url: string;
  /** Where the messages are that the companies would send. */
  readonly mailboxFolder: string;
  readonly secretKey: string;
  readonly companies: readonly {
    readonly id: number;
    readonly name: string;
    readonly apiKey: string;
    /** One of each role. */
    readonly logins: readonly DemoLogin[];
    readonly sample: Sample;
  }[];
}

/** Makes or keeps the demo's database, tops its samples up and writes demo.json. Close the database afterwards. */
export async function prepareDemo({
  dataDir,
  port,
  reset,
}: DemoOptions): Promise<{ db: Connection; url: string; demo: DemoFile; installation: Installation }> {
  mkdirSync(dataDir, { recursive: true });
  if (holdFile(join(dataDir, "demo.lock")) === null) {
    throw new Refusal("unavailable", `Another demo uses ${dataDir}. End it, or choose another --data-dir.`);
  }
  const [database, file] = [join(dataDir, "demo.db"), join(dataDir, "demo.json")];
  const mailboxFolder = join(dataDir, "mailbox");
  if (reset) {
    for (const path of [file, database, `${database}-wal`, `${database}-shm`, mailboxFolder]) {
      rmSync(path, { force: true, recursive: true });
    }
  }

  const url = `sqlite:${database}`;
  const target = await openTarget(url);
  await migrate(target).finally(() => target.close());
  const before = readDemo(file);
  const secret = before?.secretKey ?? `demo:${randomBytes(32).toString("base64")}`;
  const demoUrl = `http://localhost:${port}`;
  const installation = { ...bareInstallation, keyring: parseKeyring(secret), publicUrl: demoUrl, mailboxFolder };
  await seedMissingAcrossCompanies(url, installation);

  const db = await connect(url);
  const signIn = createSignIn({ db, url, installation, onError: () => {} });
  const companies: DemoFile["companies"][number][] = [];
  for (const { id, name } of await companiesAcrossCompanies(db)) {
    const caller = machineCaller({ companyId: id });
    const known = before?.companies.find((company) => company.id === id);
    const apiKey = known && (await stillWorks(db, known.apiKey)) ? known.apiKey : await newKey(db, caller);
    const logins = await demoLogins(db, signIn, caller, name, known?.logins);
    companies.push({ id, name, apiKey, logins, sample: await topUp(db, caller, installation, known?.sample) });
  }
  await signIn.close();
  const demo: DemoFile = { url: demoUrl, mailboxFolder, secretKey: secret, companies };
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  return { db, url, demo, installation };
}

/** What to read and to copy: an address, keys, and three requests. */
export function describeDemo({ url, mailboxFolder, companies }: DemoFile): string {
  const [company] = companies;
  if (company === undefined) return `Frontdesk is ready: ${url}`;
  const { apiKey, sample } = company;
  const post = (path: string, body: string) =>
    `curl -s -X POST ${url}/api/v1/appointments/${path} -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' -d '${body}'`;
  return [
    `Frontdesk is ready: ${url} (reference page: ${url}/docs)`,
    "",
    "Sign in there as",
    ...companies.flatMap(({ name, logins }) => [
      `  ${name}`,
      ...logins.map(({ role, email, password }) => `    ${role.padEnd(13)} ${email.padEnd(40)} ${password}`),
    ]),
    "",
    "API keys",
    ...companies.map(({ name, apiKey }) => `  ${name.padEnd(18)} ${apiKey}`),
    "",
    "What its customer sees of an appointment, behind the link of each message:",
    sample.customerPage,
    "What would cancelling cost?",
    post(`${sample.appointmentId}/quotes`, '{"action":"cancel"}'),
    "Cancel it, for a fee:",
    post(`${sample.appointmentId}/cancellation`, "{}"),
    "Too late to cancel, and told why:",
    post(`${sample.lateAppointmentId}/cancellation`, "{}"),
    "",
    `Every message becomes a file in ${mailboxFolder}: the mail about the cancellation is there a second later.`,
    "What was sent, and what was not and why:",
    `curl -s '${url}/api/v1/deliveries?limit=3' -H 'Authorization: Bearer ${apiKey}'`,
    "",
    "Ctrl-C ends it; what you did is kept for the next start.",
  ].join("\n");
}

function readDemo(file: string): DemoFile | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as DemoFile;
  } catch {
    return null;
  }
}

async function seedMissingAcrossCompanies(url: string, installation: Installation): Promise<void> {
  const now = instantOf(Date.now());
  const clock = new MovableClock(now);
  const db = await connect(url, { clock, isReplaceable: true });
  try {
    const present = new Set((await companiesAcrossCompanies(db)).map(({ name }) => name));
    const missing = demoCompanies.filter(({ name }) => !present.has(name));
    if (missing.length > 0) await liveThroughAMonthAcrossCompanies(db, installation, clock, missing);
  } finally {
    await db.close();
  }
}

async function companiesAcrossCompanies(db: Connection) {
  return acrossCompanies(db).selectFrom("companies").select(["id", "name"]).orderBy("id").execute();
}

async function newKey(db: Connection, caller: Caller): Promise<string> {
  return (await issueApiKey(db, caller, { name: "demo", scopes: [...permissions], expiresAt: null })).key;
}

async function stillWorks(db: Connection, key: string): Promise<boolean> {
  const keys = authenticator(db, () => {});
  try {
    await keys.authenticate(`Bearer ${key}`);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  } finally {
    await keys.settled();
  }
}

/** Samples that were used up or have passed are replaced, each by a booking of a customer with no history. */
async function topUp(
  db: Connection,
  caller: Caller,
  installation: Installation,
  known: Sample | undefined,
): Promise<Sample> {
  const pageOf = async ({ appointmentId, customerId }: Pick<Sample, "appointmentId" | "customerId">) => {
    const { endsAt } = await getAppointment(db, caller, appointmentId);
    return appointmentLink(installation, { companyId: caller.companyId, appointmentId, customerId }, isoOf(endsAt));
  };
  if (
    known &&
    (await answers(db, caller, known.appointmentId, "allowed")) &&
    (await answers(db, caller, known.lateAppointmentId, "noticeTooShort"))
  ) {
    return { ...known, customerPage: await pageOf(known) };
  }
  const own = db.of(caller);
  const service = await own.selectFrom("services").select("id").orderBy("id").executeTakeFirstOrThrow();
  const member = await own.selectFrom("staff").select(["id", "branch_id"]).orderBy("name").executeTakeFirstOrThrow();
  const now = await currentTime(db);
  const customerId = await transaction(db, (tx) => seedCustomer(tx, caller, now.epochMilliseconds));
  const place = {
    branchId: member.branch_id,
    serviceId: service.id,
    customerId,
    status: "booked",
    staffId: null,
    durationMinutes: null,
  } as const;
  const inHours = async (hours: number) =>
    (
      await bookAppointment(db, caller, {
        ...place,
        startsAt: plusMilliseconds(now, hours * 3_600_000),
        priceCents: null,
        bookedAt: plusMilliseconds(now, -86_400_000),
      })
    ).id;
  const appointmentId = await inHours(24 * 9);
  const lateAppointmentId = await inHours(40);
  return {
    appointmentId,
    lateAppointmentId,
    customerId,
    branchId: place.branchId,
    serviceId: service.id,
    staffId: member.id,
    customerPage: await pageOf({ appointmentId, customerId }),
  };
}

async function answers(db: Connection, caller: Caller, appointmentId: number, code: string): Promise<boolean> {
  try {
    return (await quoteCancellation(db, caller, appointmentId, byCustomer)).code === code;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
