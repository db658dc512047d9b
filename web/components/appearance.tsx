import { ActionIcon, SegmentedControl, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconSun } from "@tabler/icons-react";
import { useSpeech } from "../texts/language.tsx";
import { languages } from "../texts/languages.ts";

export function Appearance() {
  const { language, setLanguage, texts } = useSpeech();
  const scheme = useComputedColorScheme("light");
  const { setColorScheme } = useMantineColorScheme();
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={texts.app.language}
        value={language}
        onChange={(value) => setLanguage(languages.find((known) => known === value) ?? "en")}
        data={[...languages]}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={texts.app.scheme}
        title={texts.app.scheme}
        onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}
      >
        {scheme === "dark" ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
      </ActionIcon>
    </>
  );
}

export function Mark() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0b6670" />
      <path
        d="M6 21h20M9 21a7 7 0 0 1 14 0M16 11v3M14 11h4"
        fill="none"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
    </svg>
  );
}
