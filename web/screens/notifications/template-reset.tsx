import { Button } from "@mantine/core";
import { useState } from "react";
import { api, dataOf, type Versioned } from "../../api/client.ts";
import { useAct } from "../../components/act.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { useWords } from "../../texts/both.ts";
import { shared } from "../../texts/shared.ts";
import { templateWords } from "../../texts/templates.ts";
import { paramsOf, readTemplate, type Template, type TemplateKey } from "./template.ts";

interface Props {
  readonly of: TemplateKey;
  readonly etag: string;
  /** With what applies then; with nothing where the text had a name. */
  onReset(now: Versioned<Template> | null): void;
}

/** Goes back to the product's words, or deletes a text with a name; after asking. */
export function ResetButton({ of: key, etag, onReset }: Props) {
  const words = useWords(templateWords);
  const { deleted, remove } = useWords(shared);
  const [isAsked, setAsked] = useState(false);
  const isNamed = key.name !== undefined;
  const reset = useAct(async () => {
    const params = { ...paramsOf(key), header: { "If-Match": etag } };
    await dataOf(api.DELETE("/api/v1/notification-templates/{event}/{channel}/{locale}", { params }));
    onReset(isNamed ? null : await readTemplate(key));
    return isNamed ? deleted : words.wasReset;
  }, ["templates"]);
  return (
    <>
      <Button variant="subtle" size="xs" className="danger" onClick={() => setAsked(true)}>
        {isNamed ? words.removeNamed : words.backToProduct}
      </Button>
      {isAsked && (
        <Confirm
          title={isNamed ? words.removeNamedTitle : words.resetTitle}
          action={isNamed ? remove : words.reset}
          isBusy={reset.isPending}
          isDangerous
          onConfirm={() => reset.mutate(undefined, { onSettled: () => setAsked(false) })}
          onClose={() => setAsked(false)}
        >
          {isNamed ? words.removeNamedText : words.resetText}
        </Confirm>
      )}
    </>
  );
}
