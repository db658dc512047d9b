import { appointmentStatuses } from "../../texts/appointment-statuses.ts";
import { auditActions } from "../../texts/audit-actions.ts";
import { auditFields } from "../../texts/audit-fields.ts";
import { callbackSettingsWords } from "../../texts/callback-settings.ts";
import { catalogues } from "../../texts/catalogues.ts";
import { deliveryWords } from "../../texts/deliveries.ts";
import { directoryWords } from "../../texts/directory.ts";
import { ladderWords } from "../../texts/ladders.ts";
import type { Language } from "../../texts/languages.ts";
import { modificationWords } from "../../texts/modifications.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { ownershipWords } from "../../texts/ownership.ts";
import { peopleWords } from "../../texts/people.ts";
import { permissionWords } from "../../texts/permissions.ts";

type Words = Readonly<Record<string, string>>;

/** A field's name as a person reads it; one that nobody gave words falls back to its own, taken apart. */
export function fieldWords(field: string, language: Language, subjectType = ""): string {
  const texts = catalogues[language];
  const known: Words = {
    ...directoryWords[language].fields,
    ...callbackSettingsWords[language].fields,
    ...auditFields[language].fields,
    ...texts.fields,
    ...texts.settings.days,
  };
  return known[`${subjectType}.${field}`] ?? known[field] ?? takenApart(field);
}

/** `maxPerWeek` → `Max per week` */
export function takenApart(field: string): string {
  const words = field
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the values of fields that hold one of a few words are called. */
export function choicesOf(subjectType: string, language: Language): Readonly<Record<string, Words>> {
  const texts = catalogues[language];
  const { channels, events, kinds, providers, recipients } = notificationWords[language];
  const statuses = subjectType === "delivery" ? deliveryWords[language].statuses : appointmentStatuses[language];
  return {
    level: texts.levels,
    policyType: texts.policyTypes,
    policyBasis: texts.settings.bases,
    appointmentOwner: ownershipWords[language].owners,
    channel: channels,
    fallbackChannel: channels,
    preferredChannel: channels,
    event: events,
    eventTypes: Object.assign({}, ...Object.values(auditActions[language])) as Words,
    kind: { ...providers, ...kinds },
    tls: auditFields[language].tls,
    locale: directoryWords[language].locales,
    role: peopleWords[language].roleOf,
    scopes: permissionWords[language].of,
    status: statuses,
    priority: texts.callbacks.priorities,
    outcome: texts.callbacks.outcomes,
    reason: texts.callbacks.reasons,
    initiatedBy: modificationWords[language].initiators,
    change: modificationWords[language].kinds,
    strategy: callbackSettingsWords[language].strategies,
    action: ladderWords[language].actions,
    type: { ...recipients, ...texts.settings.targets },
    ...(subjectType === "callback" ? {} : { from: statuses }),
  };
}

/** Of which level a field names a place. */
export function levelOf(field: string, subjectType: string): "branch" | "service" | "staff" | null {
  if (/^branchIds?$/.test(field)) return "branch";
  if (/^serviceIds?$/.test(field)) return "service";
  if (/^(staffIds?|assignedTo|escalatedFrom|escalatedTo)$/.test(field)) return "staff";
  return field === "from" && subjectType === "callback" ? "staff" : null;
}
