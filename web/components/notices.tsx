import { MantineThemeProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { useSpeech } from "../texts/language.tsx";

/** Where it is said what became of a change; each notice is closed by a button that has a name. */
export function Notices() {
  const { texts } = useSpeech();
  const closeButtonProps = { "aria-label": texts.app.close };
  return (
    <MantineThemeProvider theme={{ components: { Notification: { defaultProps: { closeButtonProps } } } }}>
      <Notifications position="top-right" />
    </MantineThemeProvider>
  );
}
