import { api, dataOf } from "../../api/client.ts";
import { DownloadButton } from "../../components/download.tsx";
import { auditWords } from "../../texts/audit.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";

/** The whole log in its order, a line of JSON each: what a check outside of this app needs. */
export function Export() {
  const { format } = useSpeech();
  const words = useWords(auditWords);
  async function read(tell: (done: string) => void): Promise<Blob> {
    const parts: string[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const query: { after: number } = { after };
      const page: { jsonLines: string; next: number | null } = await dataOf(
        api.GET("/api/v1/audit-log/export", { params: { query } }),
      );
      parts.push(page.jsonLines);
      after = page.next;
      if (after !== null) tell(words.lines(format.number(after)));
    }
    return new Blob(parts, { type: "application/jsonl" });
  }
  return <DownloadButton format="JSON Lines" fileName="audit-log.jsonl" read={read} />;
}
