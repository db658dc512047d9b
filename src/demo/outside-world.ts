import type { Db } from "../db/connect.ts";
import type { Channel } from "../notifications/catalogue.ts";
import type { Message, Sender, SendResult } from "../notifications/channels/channel.ts";
import { noteReceipt } from "../notifications/receipts.ts";
import type { Senders } from "../notifications/senders.ts";
import type { Tenant } from "../tenant.ts";

/** The mail servers and phone networks that a month's messages met: nothing is really sent, and not all of it arrives. */
export interface OutsideWorld {
  readonly senders: Senders;
  /** Reports what became of what was sent since it was last asked. */
  report(db: Db): Promise<void>;
}

interface Sent {
  readonly tenant: Tenant;
  readonly message: Message;
  readonly number: number;
}

export function createOutsideWorld(): OutsideWorld {
  let unreported: Sent[] = [];
  let taken = 0;
  const senderFor = (tenant: Tenant, channel: Channel): Sender => ({
    send: async (message) => {
      const number = taken++;
      const refusal = channel === "email" ? mailRefusal(message.to, number) : smsRefusal(message.to, number);
      if (refusal !== null) return refusal;
      unreported.push({ tenant, message, number });
      return { outcome: "sent", reference: null };
    },
    close: async () => {},
  });
  return {
    senders: {
      for: async (_, tenant, channel) => ({ kind: "mailbox", sender: senderFor(tenant, channel) }),
      close: async () => {},
    },
    async report(db) {
      const news = unreported;
      unreported = [];
      for (const { tenant, message, number } of news) {
        const { channel, publicId } = message;
        if (channel === "sms" && number % 13 !== 2) await noteReceipt(db, tenant, publicId, "delivered", null);
        if (channel === "email" && number % 71 === 5) await noteReceipt(db, tenant, publicId, "bounced", "5.2.2");
      }
    },
  };
}

/** One address has been given up, some are mistyped, and now and then a server is busy. */
function mailRefusal(to: string, number: number): SendResult | null {
  if (to.startsWith("kunde-20@") || number % 37 === 11)
    return { outcome: "permanent", code: "550", detail: "550 5.1.1 No such user here" };
  if (number % 43 !== 9) return null;
  return { outcome: "temporary", code: "451", detail: "451 4.7.1 Greylisted, try again later" };
}

/** Whom no mail reaches is rarely reached by phone either; others' phones are switched off at times. */
function smsRefusal(to: string, number: number): SendResult | null {
  const isOff = to.endsWith("020") ? number % 3 === 0 : number % 59 === 3;
  if (!isOff) return null;
  return { outcome: "permanent", code: "30003", detail: "Unreachable destination handset" };
}
