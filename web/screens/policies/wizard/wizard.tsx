import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { api, dataOf } from "../../../api/client.ts";
import type { Places } from "../../../api/places.ts";
import { placeOf, type Spot, targetOf } from "../../../api/spots.ts";
import type { PolicyType } from "../../../app/choices.ts";
import { useMay } from "../../../app/who.ts";
import { Failure } from "../../../components/failure.tsx";
import { Dialog } from "../../../components/layer.tsx";
import { useOnce } from "../../../components/once.ts";
import { Asked } from "../../../components/states.tsx";
import { useWords } from "../../../texts/both.ts";
import { wizardWords } from "../../../texts/wizard.ts";
import { type Effective, type Policy, useEffective } from "../data.ts";
import { Check } from "./check.tsx";
import { Questions } from "./questions.tsx";
import { changesOf, fieldsOfStep, freePlaces, recommendedFor, stepNames } from "./steps.ts";
import { Whom } from "./whom.tsx";

interface Props {
  readonly type: PolicyType;
  readonly spot: Spot;
  readonly places: Places;
  readonly policies: readonly Policy[];
  /** 1 to 4. */
  readonly step: number;
  onStep(step: number): void;
  onWhom(type: PolicyType, spot: Spot): void;
  onClose(): void;
}

/** A first policy for a place, in four steps. Kind, place and step stand in the address; what is answered is kept until it is saved. */
export function Wizard(props: Props) {
  const words = useWords(wizardWords);
  const effective = useEffective(props.type, props.spot);
  return (
    <Dialog onClose={props.onClose} size="lg" title={words.title}>
      <Asked query={effective}>
        {(known) => <Form key={props.type} {...props} effective={known} isCurrent={!effective.isPlaceholderData} />}
      </Asked>
    </Dialog>
  );
}

interface FormProps extends Props {
  readonly effective: Effective;
  /** Whether it is what applies to the place that is picked, or still to the one before. */
  readonly isCurrent: boolean;
}

function Form({ type, spot, places, policies, step, effective, isCurrent, onStep, onWhom, onClose }: FormProps) {
  const words = useWords(wizardWords);
  const [answers, setAnswers] = useState(recommendedFor(type, policies));
  const [comment, setComment] = useState("");
  const before: Readonly<Record<string, unknown>> = effective.values;
  const config = changesOf(answers, before);
  const target = targetOf(spot, places.company.id);
  const may = useMay();
  const choices = freePlaces(places, policies).filter((each) => may("policies:write", placeOf(each.target, places)));
  const isFree = choices.some((each) => each.target.level === target.level && each.target.id === target.id);
  const save = useCreation(onClose);
  const name = stepNames[step - 1] ?? "whom";
  const isLast = name === "check";
  const canGoOn = isFree && isCurrent && (!isLast || Object.keys(config).length > 0);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!canGoOn) return;
    if (isLast) save.mutate({ policyType: type, level: target.level, targetId: target.id, config, comment });
    else onStep(step + 1);
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Heading key={step} text={words.step(step, words.steps[name])} hint={words.hints[name]} />
        {name === "whom" && <Whom type={type} target={target} choices={choices} onWhom={onWhom} />}
        {(name === "time" || name === "cost") && (
          <Questions
            fields={fieldsOfStep[type][name]}
            values={{ ...before, ...answers }}
            isRecommended={fieldsOfStep[type][name].some((field) => field in recommendedFor(type, policies))}
            currency={places.company.currency}
            onAnswer={(field, value) => setAnswers({ ...answers, [field]: value })}
          />
        )}
        {isLast && (
          <Check
            target={target}
            before={before}
            config={config}
            places={places}
            policies={policies}
            comment={comment}
            onComment={setComment}
          />
        )}
        {save.isError && <Failure error={save.error} />}
        <Group justify="space-between">
          <Button variant="default" disabled={step === 1} onClick={() => onStep(step - 1)}>
            {words.back}
          </Button>
          <Button type="submit" disabled={!canGoOn} loading={save.isPending}>
            {isLast ? words.save : words.next}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Has the focus when its step begins, so that it is read first. */
function Heading({ text, hint }: { text: string; hint: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div>
      <Title order={3} ref={heading} tabIndex={-1} data-autofocus className="step-heading">
        {text}
      </Title>
      <Text size="sm" className="quiet">
        {hint}
      </Text>
    </div>
  );
}

interface NewPolicy {
  readonly policyType: PolicyType;
  readonly level: "company" | "branch" | "service" | "staff";
  readonly targetId: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly comment: string;
}

function useCreation(onSaved: () => void) {
  const words = useWords(wizardWords);
  const queries = useQueryClient();
  const once = useOnce();
  return useMutation({
    mutationFn: (policy: NewPolicy) => {
      const body = { ...policy, comment: policy.comment.trim() || null };
      return dataOf(api.POST("/api/v1/policies", { params: { header: once(body) }, body }));
    },
    async onSuccess() {
      notifications.show({ message: words.saved, color: "teal" });
      onSaved();
      await Promise.all(["policies", "effective"].map((name) => queries.invalidateQueries({ queryKey: [name] })));
    },
  });
}
