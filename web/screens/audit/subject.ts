import { nameOf, type Places } from "../../api/place-names.ts";
import { auditWords } from "../../texts/audit.ts";
import { auditFields } from "../../texts/audit-fields.ts";
import type { Language } from "../../texts/languages.ts";
import { notificationWords } from "../../texts/notifications.ts";
import { fieldWords } from "./fields.ts";
import { placeName } from "./places.ts";

/** What the server calls a company's own text for an event that has no name. */
const usualText = "default";

/** Of people and API keys, by id. */
export interface Names {
  readonly users: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, string>;
}

/** What a line is about, by its name where it has one. */
export function subjectWords(
  type: string,
  id: string,
  { language, places, names }: { language: Language; places: Places | undefined; names: Names },
): string {
  const kind = auditWords[language].subjects[type] ?? fieldWords(type, language);
  const name = nameOfSubject();
  return name === "" ? kind : `${kind} ${name}`;

  function nameOfSubject(): string {
    const { channels, events, languages } = notificationWords[language];
    switch (type) {
      case "settings":
      case "notificationSettings":
      case "company":
        return "";
      case "user":
        return names.users.get(id) ?? numbered();
      case "apiKey":
        return names.keys.get(id) ?? numbered();
      case "callbackSettings":
        return placeName(places, "branch", id) ?? nameOf(places, "company", id);
      case "branch":
      case "service":
      case "staff":
      case "staffPreferences":
        return placeName(places, type === "staffPreferences" ? "staff" : type, id) ?? numbered();
      case "provider":
        return (channels as Record<string, string>)[id] ?? id;
      case "template":
        return id
          .split("/")
          .map((part) => ({ ...events, ...channels, ...languages })[part] ?? part)
          .filter((part) => part !== usualText)
          .join(" · ");
      default:
        return numbered();
    }
  }
  function numbered(): string {
    return auditFields[language].no(id.length > 12 ? `${id.slice(0, 8)}…` : id);
  }
}
