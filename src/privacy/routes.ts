import { z } from "zod";
import { id, idParam } from "../http/fields.ts";
import { type Route, route } from "../http/route.ts";
import { eraseCustomer, exportCustomer } from "./erase.ts";

const params = z.object({ customerId: idParam });
const tag = "privacy";

export const privacyRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/customers/:customerId/export",
    tag,
    permission: "customers:export",
    summary: "All that is kept of a customer, table by table",
    params,
    reply: z
      .object({ customerId: id, tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) })
      .meta({ id: "CustomerExport" }),
    handle: ({ db, caller, params }) => exportCustomer(db, caller, params.customerId),
  }),
  route({
    method: "POST",
    path: "/customers/:customerId/erasure",
    tag,
    permission: "customers:erase",
    summary: "Take a customer's name, number, address and words out of everything that is kept; for good",
    params,
    reply: z.object({ customerId: id }),
    handle: ({ db, caller, params }) => eraseCustomer(db, caller, params.customerId),
  }),
];
