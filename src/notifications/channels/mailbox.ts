import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { detailOf, type Message, type Sender, type SendResult } from "./channel.ts";

/** For development and the demo: a message becomes a file that a browser can open. The same message is the same file. */
export function mailboxSender(folder: string): Sender {
  return {
    send: async (message) => write(folder, message).catch((error) => failed(error)),
    close: async () => {},
  };
}

async function write(folder: string, { publicId, channel, to, content }: Message): Promise<SendResult> {
  const file = `${channel}-${publicId}.${content.html === null ? "txt" : "html"}`;
  const text =
    content.html ??
    [`To: ${to}`, content.subject && `Subject: ${content.subject}`, "", content.text]
      .filter((line) => line !== null)
      .join("\n");
  await mkdir(folder, { recursive: true });
  const path = join(folder, file);
  await writeFile(`${path}.part`, text, { mode: 0o600 });
  await rename(`${path}.part`, path);
  return { outcome: "sent", reference: file };
}

function failed(error: unknown): SendResult {
  return { outcome: "temporary", code: "mailbox", detail: detailOf(error) };
}
