import { isoOf } from "../clock.ts";
import type { attemptsOf, DeliveryRow } from "./delivery-store.ts";

export function deliveryView(row: DeliveryRow) {
  return {
    ...row,
    nextAt: row.nextAt && isoOf(row.nextAt),
    createdAt: isoOf(row.createdAt),
    finishedAt: row.finishedAt && isoOf(row.finishedAt),
  };
}

export function attemptView({ happenedAt, ...attempt }: Awaited<ReturnType<typeof attemptsOf>>[number]) {
  return { ...attempt, at: isoOf(happenedAt) };
}
