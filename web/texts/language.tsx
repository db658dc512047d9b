import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { catalogues } from "./catalogues.ts";
import type { Texts } from "./en.ts";
import { type Format, formatFor } from "./format.ts";
import { type Language, languages } from "./languages.ts";

const storageName = "frontdesk.language";

interface Speech {
  readonly language: Language;
  readonly texts: Texts;
  readonly format: Format;
  setLanguage(language: Language): void;
}

const Spoken = createContext<Speech | null>(null);

/** The browser's language until somebody chooses one. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setState] = useState(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const setLanguage = useCallback((chosen: Language) => {
    localStorage.setItem(storageName, chosen);
    setState(chosen);
  }, []);
  const speech = useMemo(
    () => ({ language, texts: catalogues[language], format: formatFor(language), setLanguage }),
    [language, setLanguage],
  );
  return <Spoken value={speech}>{children}</Spoken>;
}

export function useSpeech(): Speech {
  const speech = useContext(Spoken);
  if (speech === null) throw new Error("There is no LanguageProvider above.");
  return speech;
}

function initialLanguage(): Language {
  const chosen = localStorage.getItem(storageName) ?? navigator.language.slice(0, 2);
  return languages.find((language) => language === chosen) ?? "en";
}
