import { api, dataOf } from "../api/client.ts";
import { DownloadButton } from "./download.tsx";

/** A table to take away, as the API writes it. */
export function CsvButton({ of }: { of: "customers" | "modifications" }) {
  const read = (): Promise<Blob> =>
    of === "customers"
      ? dataOf(api.GET("/api/v1/customers/export", { parseAs: "blob" }))
      : dataOf(api.GET("/api/v1/modifications/export", { parseAs: "blob" }));
  return <DownloadButton format="CSV" fileName={`${of}.csv`} read={read} />;
}
