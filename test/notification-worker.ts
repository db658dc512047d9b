import { pino } from "pino";
import { instantOf } from "../src/clock.ts";
import { connect } from "../src/db/connect.ts";
import { bareInstallation } from "../src/installation.ts";
import { parseKeyring } from "../src/secrets.ts";
import { chores, startWorker } from "../src/worker.ts";

/** A worker process whose clock runs `speed` times as fast, so that retries and leases do not take minutes. */
const { url, keyring, begin, speed } = JSON.parse(process.env.WORK ?? "") as {
  url: string;
  keyring: string;
  begin: number;
  speed: number;
};
const clock = { now: () => instantOf(begin + Math.round((Date.now() - begin) * speed)) };
const db = await connect(url, { clock, connections: 8 });
const installation = { ...bareInstallation, keyring: parseKeyring(keyring), allowsPrivateNetworks: true };
const own = chores
  .filter(({ name }) => /^(plan|deliver) notifications$/.test(name))
  .map((chore) => ({ ...chore, everySeconds: 0.1 }));
startWorker({ db, log: pino({ level: process.env.WORK_LOG ?? "silent" }), installation, chores: own });
console.log("ready");
