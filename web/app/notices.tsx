import { MantineThemeProvider, Notification } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { useSpeech } from "../texts/language.tsx";

/** What became of a change. The button that closes a notice has a name in the language that is spoken. */
export function Notices() {
  const { texts } = useSpeech();
  const defaultProps = { closeButtonProps: { "aria-label": texts.app.close } };
  return (
    <MantineThemeProvider inherit theme={{ components: { Notification: Notification.extend({ defaultProps }) } }}>
      <Notifications position="top-right" />
    </MantineThemeProvider>
  );
}
