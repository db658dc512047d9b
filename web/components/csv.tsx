import { api, dataOf } from "../api/client.ts";
import type { paths } from "../api/schema.ts";
import { DownloadButton } from "./download.tsx";

type ModificationFilter = NonNullable<paths["/api/v1/modifications/export"]["get"]["parameters"]["query"]>;

/** A table to take away, as the API writes it. */
export function CustomersCsv() {
  const read = (): Promise<Blob> => dataOf(api.GET("/api/v1/customers/export", { parseAs: "blob" }));
  return <DownloadButton format="CSV" fileName="customers.csv" read={read} />;
}

/** Of what the filter lets through. */
export function ModificationsCsv({ filter }: { filter: ModificationFilter }) {
  const read = (): Promise<Blob> =>
    dataOf(api.GET("/api/v1/modifications/export", { params: { query: filter }, parseAs: "blob" }));
  return <DownloadButton format="CSV" fileName="modifications.csv" read={read} />;
}
