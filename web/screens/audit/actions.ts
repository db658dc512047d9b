import { auditActions } from "../../texts/audit-actions.ts";
import type { Language } from "../../texts/languages.ts";
import { takenApart } from "./fields.ts";

/** What was done; an action that nobody gave words falls back to its own. */
export function actionWords(action: string, language: Language): string {
  const groups = Object.values(auditActions[language]);
  return groups.find((group) => group[action] !== undefined)?.[action] ?? takenApart(action.replace(".", " "));
}
