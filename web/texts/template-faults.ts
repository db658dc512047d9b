import type { Language } from "./languages.ts";

type Said = Readonly<Record<Language, string>>;

/** What the API finds wrong with a template, said to whoever writes it; what is not here is shown as it came. */
const known: readonly (readonly [RegExp, Said])[] = [
  [/^must not be empty/, { en: "Something has to stand here.", de: "Hier muss etwas stehen." }],
  [/^must have at most (\d+)/, { en: "At most $1 characters.", de: "Höchstens $1 Zeichen." }],
  [
    /^(\S+) is no variable of this event/,
    {
      en: "“$1” cannot be filled in here. Choose one from the list.",
      de: "„$1“ lässt sich hier nicht einsetzen. Wählen Sie etwas aus der Liste.",
    },
  ],
  [/^output "/, { en: "“{{” is not closed by “}}”.", de: "„{{“ wird nicht mit „}}“ geschlossen." }],
  [/^tag (\{%.*?%\}) not closed/, { en: "“$1” is not ended.", de: "„$1“ wird nicht beendet." }],
  [/^tag ".*" not closed/, { en: "“{%” is not closed by “%}”.", de: "„{%“ wird nicht mit „%}“ geschlossen." }],
  [
    /^tag "(end\w+|else\w*|elsif|when)" not found/,
    { en: "“$1” belongs to nothing that was begun before.", de: "„$1“ gehört zu nichts, was vorher begonnen hat." },
  ],
  [/^tag "(.*?)" not found/, { en: "“$1” is not known.", de: "„$1“ ist nicht bekannt." }],
  [/^undefined filter: ([^\s,]+)/, { en: "There is no filter “$1”.", de: "Einen Filter „$1“ gibt es nicht." }],
  [
    /^invalid value expression/,
    { en: "It does not say what is to be filled in.", de: "Es steht nicht da, was eingesetzt werden soll." },
  ],
  [/^ENOENT/, { en: "Other files cannot be included.", de: "Andere Dateien lassen sich nicht einfügen." }],
  [/limit exceeded/, { en: "This would become far too long.", de: "Das würde viel zu lang." }],
];
const lineWord: Said = { en: "Line", de: "Zeile" };

export function templateFault(message: string, language: Language): string {
  const line = /, line:(\d+)/.exec(message)?.[1];
  for (const [pattern, said] of known) {
    const found = pattern.exec(message);
    if (!found) continue;
    const words = said[language].replace(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? "");
    return line === undefined ? words : `${lineWord[language]} ${line}: ${words}`;
  }
  return message;
}
