import {
  appointmentStatuses,
  callbackPriorities,
  callbackTabs,
  channels,
  deliveryStatuses,
  directoryKinds,
  notificationTabs,
  overviewDays,
  policyTypes,
  webhookStatuses,
  webhookTabs,
} from "./choices.ts";

type Given = Record<string, unknown>;

/** What stands in an address came from somebody: what fits nothing is left out. */

/** The router reads true and 7 in an address as what they look like; a choice may be called so. */
export const oneOf = <T extends string>(choices: readonly T[], value: unknown): T | undefined =>
  choices.find((choice) => choice === (typeof value === "boolean" ? String(value) : value));

export const textIn = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;

export const idIn = (value: unknown): number | undefined =>
  Number.isSafeInteger(Number(value)) ? Number(value) || undefined : undefined;

/** A day such as 2026-12-24. */
export const dayIn = (value: unknown): string | undefined =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;

/** A link may leave any of it out. */
export const maybe = <T extends object>(search: T): { [K in keyof T]?: T[K] | undefined } => search;

export const overviewSearch = (search: Given) =>
  maybe({ days: overviewDays.find((days) => days === Number(search.days)), branch: textIn(search.branch) });

export const appointmentSearch = (search: Given) =>
  maybe({
    from: dayIn(search.from),
    until: dayIn(search.until),
    branch: textIn(search.branch),
    staff: textIn(search.staff),
    customer: idIn(search.customer),
    status: oneOf(appointmentStatuses, search.status),
    after: textIn(search.after),
    open: idIn(search.open),
    book: oneOf(["new"] as const, search.book),
  });
export type AppointmentSearch = ReturnType<typeof appointmentSearch>;

export const policySearch = (search: Given) =>
  maybe({
    type: oneOf(policyTypes, search.type),
    branch: textIn(search.branch),
    service: textIn(search.service),
    staff: textIn(search.staff),
    step: [1, 2, 3, 4].find((step) => step === Number(search.step)),
    /** A comparison, of all fields or of those that differ. */
    compare: oneOf(["all", "differences"] as const, search.compare),
    withBranch: textIn(search.withBranch),
    withService: textIn(search.withService),
    withStaff: textIn(search.withStaff),
  });
export type PolicySearch = ReturnType<typeof policySearch>;

export const callbackSearch = (search: Given) =>
  maybe({
    tab: oneOf(callbackTabs, search.tab),
    branch: textIn(search.branch),
    staff: textIn(search.staff),
    priority: oneOf(callbackPriorities, search.priority),
    open: idIn(search.open),
    add: oneOf(["new"] as const, search.add),
  });
export type CallbackSearch = ReturnType<typeof callbackSearch>;

export const notificationSearch = (search: Given) =>
  maybe({
    tab: oneOf(notificationTabs, search.tab),
    branch: textIn(search.branch),
    service: textIn(search.service),
    staff: textIn(search.staff),
    event: textIn(search.event),
    channel: oneOf(channels, search.channel),
    edit: oneOf(["open"] as const, search.edit),
    locale: textIn(search.locale),
    name: textIn(search.name),
    own: oneOf(["only"] as const, search.own),
    width: oneOf(["desktop"] as const, search.width),
    appointment: idIn(search.appointment),
    status: oneOf(deliveryStatuses, search.status),
    error: textIn(search.error),
    after: textIn(search.after),
    open: idIn(search.open),
  });
export type NotificationSearch = ReturnType<typeof notificationSearch>;

export const modificationSearch = (search: Given) =>
  maybe({
    type: oneOf(["cancel", "reschedule"] as const, search.type),
    from: dayIn(search.from),
    until: dayIn(search.until),
    customer: idIn(search.customer),
    branch: textIn(search.branch),
    within: oneOf(["true", "false"] as const, search.within),
    after: textIn(search.after),
    open: idIn(search.open),
  });
export type ModificationSearch = ReturnType<typeof modificationSearch>;

export const directorySearch = (search: Given) =>
  maybe({
    kind: oneOf(directoryKinds, search.kind),
    name: textIn(search.name),
    branch: textIn(search.branch),
    active: oneOf(["true", "false"] as const, search.active),
    after: textIn(search.after),
    open: textIn(search.open),
  });
export type DirectorySearch = ReturnType<typeof directorySearch>;

export const webhookSearch = (search: Given) =>
  maybe({
    tab: oneOf(webhookTabs, search.tab),
    endpoint: idIn(search.endpoint),
    status: oneOf(webhookStatuses, search.status),
    after: textIn(search.after),
    edit: textIn(search.edit),
    open: idIn(search.open),
  });
export type WebhookSearch = ReturnType<typeof webhookSearch>;

export const auditSearch = (search: Given) =>
  maybe({
    action: textIn(search.action),
    subject: textIn(search.subject),
    subjectId: textIn(search.subjectId),
    actor: textIn(search.actor),
    from: dayIn(search.from),
    until: dayIn(search.until),
    after: textIn(search.after),
  });
export type AuditSearch = ReturnType<typeof auditSearch>;

export const openSearch = (search: Given) => maybe({ open: textIn(search.open) });

export const callbackSettingsSearch = (search: Given) =>
  maybe({ branch: textIn(search.branch), edit: oneOf(["open"] as const, search.edit) });
export const peopleSearch = (search: Given) => maybe({ open: textIn(search.open), after: textIn(search.after) });
