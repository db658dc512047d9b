import type { Language } from "./languages.ts";

/** The API says in English what is wrong with a field. The forms' usual faults in German; what is not here stays as it came. */
const german: readonly (readonly [RegExp, string])[] = [
  [/^Is missing/i, "Das fehlt noch."],
  [/^Must be a whole number/i, "Muss eine ganze Zahl sein."],
  [/^Must be a number/i, "Muss eine Zahl sein."],
  [/^Must be a text/i, "Muss ein Text sein."],
  [/^Must be an e-mail address/i, "Ist keine E-Mail-Adresse."],
  [/^Must be at least (\S+)\.$/i, "Mindestens $1."],
  [/^Must be at most (\S+)\.$/i, "Höchstens $1."],
  [/^Must be more than (\S+)\.$/i, "Muss größer sein als $1."],
  [/^Must be less than (\S+)\.$/i, "Muss kleiner sein als $1."],
  [/^Must have at least 1 characters\.$/i, "Das fehlt noch."],
  [/^Must have at least (\S+) characters\.$/i, "Mindestens $1 Zeichen."],
  [/^Must have at most (\S+) characters\.$/i, "Höchstens $1 Zeichen."],
  [/^Must have 1 to (\S+) characters\.$/i, "1 bis $1 Zeichen."],
  [/^Must have at least (\S+) items\.$/i, "Mindestens $1."],
  [/^Must have at most (\S+) items\.$/i, "Höchstens $1."],
  [/^must hold a letter/i, "Etwas davon muss zu sehen sein."],
  [/^must have at most two decimals/i, "Höchstens zwei Stellen nach dem Komma."],
  [/^must be in quarter hours/i, "In Viertelstunden, etwa 24 oder 1,5."],
  [/^must be a date/i, "Ist kein Tag, den es gibt."],
  [/^must be a time/i, "Ist keine Uhrzeit."],
  [/^must be an https address/i, "Muss eine Adresse mit https sein."],
  [/^must hold no user, password/i, "Darf weder Name noch Passwort noch # enthalten."],
  [/^lies in a private network/i, "Liegt in einem privaten Netz, was diese Installation nicht erlaubt."],
  [/^is no telephone number/i, "Ist keine Telefonnummer. Schreiben Sie sie mit Vorwahl, etwa +4930123456."],
  [/^is no number that can be called/i, "Ist keine Nummer, die man anrufen kann. Etwa +49 151 23456789."],
  [/^is no IANA time zone/i, "Ist keine Zeitzone. Etwa Europe/Berlin."],
  [/^has no holidays here/i, "Dafür sind keine Feiertage bekannt. Etwa DE und BE."],
  [/^lies before from/i, "Liegt vor dem Beginn."],
  [/^must (lie after|be later than) from/i, "Muss nach dem Beginn liegen."],
  [/^lies in the past/i, "Liegt in der Vergangenheit."],
  [/^lies in the future/i, "Liegt in der Zukunft."],
  [/^lies more than (five years|a year) away/i, "Liegt zu weit in der Zukunft. Prüfen Sie das Jahr."],
  [/^is more than seven days/i, "Ist mehr als sieben Tage."],
  [/^is a service of another branch/i, "Ist eine Leistung einer anderen Filiale."],
  [
    /^Nobody has this callback, and who sends this/i,
    "Niemand ist zuständig, und Sie gehören nicht zum Team. Teilen Sie ihn erst zu.",
  ],
  [/^has this callback already/i, "Ist dafür schon zuständig."],
  [/^works at another branch/i, "Arbeitet in einer anderen Filiale."],
  [/^has openings that overlap/i, "Die Zeiten überschneiden sich oder stehen in der falschen Reihenfolge."],
  [/^has an opening that ends at (\S+), before it begins at (\S+)/i, "Endet um $1, bevor es um $2 beginnt."],
  [/^must be open for at least an hour/i, "Muss mindestens eine Stunde in der Woche offen sein."],
  [/^There is no such/i, "Das gibt es in diesem Unternehmen nicht."],
];

/** What is wrong with a field, in the language of the UI where it knows these words. */
export function fieldMessage(message: string, language: Language): string {
  if (language === "en") return message.charAt(0).toUpperCase() + message.slice(1);
  for (const [words, translated] of german) {
    const found = words.exec(message);
    if (found) return translated.replace(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? "");
  }
  return message;
}
