import { Text } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import type { Places } from "../../api/places.ts";
import { Fold } from "../../components/fold.tsx";
import { auditWords } from "../../texts/audit.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { fieldWords } from "./fields.ts";
import { type Reading, valueWords } from "./values.ts";

type Line = Schemas["AuditLine"];
type Change = readonly [field: string, { from?: unknown; to?: unknown }];

const shownAtOnce = 4;
const longest = 90;

/** What changed in words, and beneath it the line as it is kept. */
export function Changes({ line, places }: { line: Line; places: Places | undefined }) {
  const { texts, format, language } = useSpeech();
  const words = useWords(auditWords);
  const { changes, subjectType } = line;
  const told = (field: string) => changes?.[field]?.to ?? changes?.[field]?.from;
  const reading: Reading = {
    ...{ texts, format, language, places, subjectType },
    level: typeof told("level") === "string" ? String(told("level")) : null,
    currency: String(told("currency") ?? places?.company.currency ?? "EUR"),
  };
  const all = Object.entries(changes ?? {})
    .filter((change) => isTold(change, line))
    .sort(([one], [other]) => placeOf(one) - placeOf(other));
  const shown = all.slice(0, all.length === shownAtOnce + 1 ? all.length : shownAtOnce);
  return (
    <>
      {changes === null && <Text size="sm">{words.erasedChanges}</Text>}
      {shown.length > 0 && <ChangeList changes={shown} reading={reading} />}
      {all.length > shown.length && (
        <details>
          <summary>{words.more(all.length - shown.length)}</summary>
          <ChangeList changes={all.slice(shown.length)} reading={reading} />
        </details>
      )}
      <Fold title={words.raw} content={line} />
    </>
  );
}

/** First what says which one, and where. */
const leading = ["name", "policyType", "targetId", "level", "event", "channel", "branchId", "startsAt", "feeCents"];
const placeOf = (field: string) => (leading.indexOf(field) + leading.length + 1) % (leading.length + 1);

const isNothing = (value: unknown) => value === null || value === undefined || value === "";

/** Not what says nothing to a person: versions, and what the line is about anyhow. */
function isTold([field, { from, to }]: Change, { subjectType, changes }: Line): boolean {
  if (field === "id" || field === "version" || field === `${subjectType}Id`) return false;
  if (field === "imported" && to === false) return false;
  if (field === "currency" && ("feeCents" in (changes ?? {}) || "amountCents" in (changes ?? {}))) return false;
  return !isNothing(from) || !isNothing(to);
}

/** What was made has no old value, what was deleted no new one. */
function ChangeList({ changes, reading }: { changes: readonly Change[]; reading: Reading }) {
  const words = useWords(auditWords);
  return (
    <dl className="changes">
      {changes.map(([field, { from, to }]) => (
        <div key={field}>
          <dt>{fieldWords(field, reading.language, reading.subjectType)}</dt>
          <dd>
            {!isNothing(from) && (
              <>
                <del>
                  <Value text={valueWords(field, from, reading)} />
                </del>
                {" → "}
              </>
            )}
            <ins>{to === undefined ? words.nothing : <Value text={valueWords(field, to, reading)} />}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ text }: { text: string }) {
  if (text.length <= longest) return text;
  return (
    <details className="long-value">
      <summary>{text.slice(0, longest)}…</summary>
      {text}
    </details>
  );
}
