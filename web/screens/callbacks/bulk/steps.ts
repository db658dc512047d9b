import { api, dataOf } from "../../../api/client.ts";
import type { Callback } from "../data.ts";

export const outcomes = ["reached", "unreachable", "wrong_number", "declined"] as const;
export type Outcome = (typeof outcomes)[number];

/** What is done to each of the callbacks that were selected. */
export type Deed =
  /** Without a staff member: to whom the strategy says. */
  | { readonly kind: "assign"; readonly staffId: string | null }
  | { readonly kind: "contact" }
  | { readonly kind: "complete"; readonly outcome: Outcome; readonly notes: string | null }
  | { readonly kind: "cancel"; readonly reason: string | null };

/** A request about one callback; the name tells it from the others that the deed takes. */
export interface Step {
  readonly name: string;
  send(key: string): Promise<unknown>;
}

/** The requests that a deed takes, one after the other: who says how a call went has called. None for what is so already. */
export function stepsOf(deed: Deed, { id, status, assignedTo }: Callback): readonly Step[] {
  const params = (key: string) => ({ path: { callbackId: id }, header: { "Idempotency-Key": key } });
  const contact: Step = {
    name: "contact",
    send: (key) => dataOf(api.POST("/api/v1/callbacks/{callbackId}/contact", { params: params(key), body: {} })),
  };
  switch (deed.kind) {
    case "assign":
      return deed.staffId !== null && deed.staffId === assignedTo ? [] : [assignment(deed.staffId, status, params)];
    case "contact":
      return [contact];
    case "complete": {
      const { kind: _, ...body } = deed;
      const complete: Step = {
        name: "complete",
        send: (key) => dataOf(api.POST("/api/v1/callbacks/{callbackId}/completion", { params: params(key), body })),
      };
      return status === "contacted" ? [complete] : [contact, complete];
    }
    case "cancel": {
      const { reason } = deed;
      const send = (key: string) =>
        dataOf(api.POST("/api/v1/callbacks/{callbackId}/cancellation", { params: params(key), body: { reason } }));
      return [{ name: "cancel", send }];
    }
  }
}

function assignment(
  staffId: string | null,
  status: Callback["status"],
  params: (key: string) => { path: { callbackId: number }; header: { "Idempotency-Key": string } },
): Step {
  if (staffId === null) {
    const path = "/api/v1/callbacks/{callbackId}/auto-assignment";
    return { name: "auto-assignment", send: (key) => dataOf(api.POST(path, { params: params(key), body: {} })) };
  }
  const path =
    status === "pending" ? "/api/v1/callbacks/{callbackId}/assignment" : "/api/v1/callbacks/{callbackId}/reassignment";
  return { name: path, send: (key) => dataOf(api.POST(path, { params: params(key), body: { staffId } })) };
}
