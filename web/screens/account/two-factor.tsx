import { Button, PasswordInput, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import { SignInFailure } from "../../app/sign-in-failure.tsx";
import { type Who, whoQuery } from "../../app/who.ts";
import { Editor } from "../../components/editor.tsx";
import { accountWords } from "../../texts/account.ts";
import { useWords } from "../../texts/both.ts";
import { BackupCodes } from "./backup-codes.tsx";
import { ConfirmApp } from "./confirm-app.tsx";

interface Started {
  readonly uri: string;
  readonly backupCodes: readonly string[];
}
type Step = { at: "start" } | { at: "confirm"; app: Started } | { at: "codes"; codes: readonly string[] };

/** The second step of signing in: set up with an app, or switched off. */
export function TwoFactor({ who: { person } }: { who: Who }) {
  const words = useWords(accountWords);
  const queries = useQueryClient();
  const [step, setStep] = useState<Step | null>(null);
  const isOn = person.hasTwoFactor;
  const reread = () => queries.invalidateQueries({ queryKey: whoQuery.queryKey });
  const close = () => setStep(null);
  async function begin(password: string) {
    setStep({ at: "confirm", app: await dataOf(api.PUT("/api/v1/session/two-factor", { body: { password } })) });
  }
  async function end(password: string) {
    await dataOf(api.PUT("/api/v1/session/two-factor/removal", { body: { password } }));
    notifications.show({ message: words.switchedOff, color: "teal" });
    close();
    await reread();
  }
  return (
    <section className="panel card">
      <Title order={2} mb="xs">
        {words.second}
      </Title>
      <Text size="sm" mb="sm" className={isOn ? "good" : "quiet"}>
        {isOn ? words.secondOn : words.secondOff}
      </Text>
      <Button variant="default" onClick={() => setStep({ at: "start" })}>
        {isOn ? words.switchOff : words.setUp}
      </Button>
      {step?.at === "start" && (
        <AskPassword
          title={isOn ? words.switchOffTitle : words.setUp}
          text={isOn ? words.switchOffText : words.secondOff}
          action={isOn ? words.switchOff : words.next}
          go={isOn ? end : begin}
          onClose={close}
        />
      )}
      {step?.at === "confirm" && (
        <ConfirmApp
          uri={step.app.uri}
          onConfirmed={() => {
            setStep({ at: "codes", codes: step.app.backupCodes });
            void reread();
          }}
          onClose={close}
        />
      )}
      {step?.at === "codes" && <BackupCodes codes={step.codes} onKept={close} />}
    </section>
  );
}

interface AskProps {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  /** @throws Problem */
  go(password: string): Promise<void>;
  onClose(): void;
}

function AskPassword({ title, text, action, go, onClose }: AskProps) {
  const words = useWords(accountWords);
  const [password, setPassword] = useState("");
  const going = useMutation({ mutationFn: () => go(password) });
  return (
    <Editor
      title={title}
      action={action}
      isSaving={going.isPending}
      failure={null}
      onSave={() => going.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{text}</Text>
      <PasswordInput
        label={words.current}
        description={words.typePassword}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="current-password"
        required
        data-autofocus
      />
      <SignInFailure failure={going.error} wrong={words.wrongPassword} tries={going.submittedAt} />
    </Editor>
  );
}
