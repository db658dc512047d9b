import type { Target } from "./target.ts";
import type { Finding } from "./verify.ts";

const oldest = { mysql: [8, 0], mariadb: [10, 6] } as const;
const names = { mysql: "MySQL", mariadb: "MariaDB" } as const;

/** The server itself: its kind and version, how it logs, its clock. */
export async function checkServer(target: Target): Promise<Finding[]> {
  const [row] = await target.query<{ version: string; format: string; log_bin: number; now_ms: number }>(
    `select version() as version, @@global.binlog_format as format, @@global.log_bin as log_bin,
     cast(unix_timestamp(now(3)) * 1000 as unsigned) as now_ms`,
  );
  const { version = "", format = "", log_bin = 0, now_ms = 0 } = row ?? {};
  return [checkVersion(target, version), checkLogging(Number(log_bin) === 1, format), checkClock(Number(now_ms))];
}

export function checkVersion({ engine }: Pick<Target, "engine">, version: string): Finding {
  const what = "the server's version";
  if (engine === "sqlite") return { what, wrong: [] };
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number);
  const [needMajor, needMinor] = oldest[engine];
  const isOld = major < needMajor || (major === needMajor && minor < needMinor);
  const wrong = isOld
    ? [`${names[engine]} ${version} is older than ${needMajor}.${needMinor}: upgrade the server.`]
    : [];
  return { what, wrong, notes: [`${names[engine]} ${version}`] };
}

/** With it, every write in READ COMMITTED fails with error 1665. */
export function checkLogging(isOn: boolean, format: string): Finding {
  const isBad = isOn && format === "STATEMENT";
  return {
    what: "the binary log's format",
    wrong: isBad ? ["binlog_format is STATEMENT: set it to ROW, or no transaction of ours can write."] : [],
    notes: [isOn ? format : "no binary log"],
  };
}

const tolerableSeconds = 5;

/** Both in epoch milliseconds. */
export function checkClock(serverMs: number, ownMs = Date.now()): Finding {
  const seconds = Math.abs(serverMs - ownMs) / 1000;
  const wrong =
    seconds > tolerableSeconds ? [`The server's clock and this machine's are ${seconds.toFixed(0)} s apart.`] : [];
  return { what: "the clocks", wrong };
}
