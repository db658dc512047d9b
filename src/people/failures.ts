import { plusMilliseconds } from "../clock.ts";
import { currentTime, type Db } from "../db/connect.ts";
import { transaction } from "../db/transaction.ts";
import { Refusal } from "../errors.ts";
import { sha256 } from "../ids.ts";
import {
  countFailureAcrossCompanies,
  deleteExpiredAcrossCompanies,
  forgetFailuresAcrossCompanies,
} from "./failure-store.ts";

const windowMilliseconds = 15 * 60_000;
/** Of one address of mail from one address of the net: guessing a password is hopeless, mistyping it is not. */
const perPair = 5;
/** Of one address of the net, whichever the people: a whole office may sit behind it. */
const perAddress = 60;

export interface Tries {
  /** It was no failure: what was counted beforehand is taken back. */
  succeeded(): Promise<void>;
}

/**
 * Counts an attempt as failed before it is made: however many are made at once, no more than these are checked.
 * @param who what is tried to be: an address of mail, say; null counts by the net's address alone
 * @throws Refusal rateLimited
 */
export async function countTry(db: Db, address: string, who: string | null): Promise<Tries> {
  const all = sha256(`address ${address}`);
  const pair = who === null ? null : sha256(`pair ${address} ${who.toLowerCase()}`);
  const limits = [...(pair === null ? [] : [[pair, perPair] as const]), [all, perAddress] as const];
  for (const [subject, limit] of limits) {
    const { failures, until, now } = await transaction(db, async (tx) => {
      const now = await currentTime(tx);
      return {
        now,
        ...(await countFailureAcrossCompanies(tx, subject, now, plusMilliseconds(now, windowMilliseconds))),
      };
    });
    if (failures > limit) throw tooMany(Math.ceil((until.epochMilliseconds - now.epochMilliseconds) / 1000));
  }
  return {
    succeeded: () => transaction(db, (tx) => forgetFailuresAcrossCompanies(tx, { whole: pair, once: all })),
  };
}

function tooMany(seconds: number): Refusal {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return new Refusal(
    "rateLimited",
    `That failed too often. Try again in ${minutes} ${minutes === 1 ? "minute" : "minutes"}, or choose a new password.`,
    [],
    Math.max(1, seconds),
  );
}

/** A chore: sessions, links and counts that have run out. @returns how many rows */
export async function deleteExpiredSignInsAcrossCompanies(db: Db): Promise<number> {
  return transaction(db, async (tx) => deleteExpiredAcrossCompanies(tx, await currentTime(tx)));
}
