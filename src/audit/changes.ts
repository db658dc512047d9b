import { sha256 } from "../ids.ts";

export type Changes = Readonly<Record<string, { readonly from?: unknown; readonly to?: unknown }>>;

const longest = 2000;

/** Field by field what differs. Of a long value its beginning and hash are kept. Pure. */
export function changesBetween(from: object | null, to: object | null): Changes {
  const [before, after] = [plain(from), plain(to)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      .map((name) => [
        name,
        {
          ...(before[name] === undefined ? {} : { from: shortened(before[name]) }),
          ...(after[name] === undefined ? {} : { to: shortened(after[name]) }),
        },
      ]),
  );
}

/** As JSON has it: instants become texts, what is undefined goes. */
function plain(value: object | null): Record<string, unknown> {
  return value === null ? {} : (JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
}

function shortened(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text.length <= longest ? value : { beginning: text.slice(0, longest), sha256: sha256(text) };
}
