import { Title } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Appearance, Mark } from "../components/appearance.tsx";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { useSpeech } from "../texts/language.tsx";
import { CodeForm } from "./code-form.tsx";
import { ForgotForm } from "./forgot-form.tsx";
import { KeyForm } from "./key-form.tsx";
import { PasswordForm } from "./password-form.tsx";
import { useWay } from "./session.ts";

/** What stands alone on the page, before somebody is signed in. */
export function Entrance({ title, children }: { title: string; children: ReactNode }) {
  const { texts } = useSpeech();
  return (
    <main className="sign-in">
      <div className="panel sign-in-panel">
        <div className="brand">
          <Mark />
          {texts.app.name}
        </div>
        <Title order={1} mb="md">
          {title}
        </Title>
        {children}
      </div>
      <div className="top">
        <Appearance />
      </div>
    </main>
  );
}

export function SignIn({ note }: { note?: string }) {
  const { texts } = useSpeech();
  const words = useWords(entryWords);
  const [step, setStep] = useState<Step>("password");
  const titles: Partial<Record<Step, string>> = { code: words.codeTitle, forgot: words.forgotTitle };
  return (
    <Entrance title={titles[step] ?? texts.signIn.title}>
      <SignInForm step={step} note={note} onStep={setStep} />
    </Entrance>
  );
}

/** Above the screen one was at; begins the way one came in. */
export function SignInAgain() {
  const { texts } = useSpeech();
  const way = useWay();
  const [step, setStep] = useState<Step>(way === "key" ? "key" : "password");
  return <SignInForm step={step} note={texts.signIn.expired} onStep={setStep} />;
}

export type Step = "password" | "code" | "forgot" | "key";

interface Props {
  readonly step: Step;
  readonly note: string | undefined;
  onStep(step: Step): void;
}

function SignInForm({ step, note, onStep }: Props) {
  const [email, setEmail] = useState("");
  const restart = () => onStep("password");
  if (step === "key") return <KeyForm note={note} onStep={onStep} />;
  if (step === "code") return <CodeForm onRestart={restart} />;
  if (step === "forgot") return <ForgotForm email={email} onEmail={setEmail} onBack={restart} />;
  return <PasswordForm note={note} email={email} onEmail={setEmail} onStep={onStep} />;
}
