import { Alert, Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf, Problem } from "../api/client.ts";
import { Failure } from "../components/failure.tsx";
import { useWords } from "../texts/both.ts";
import { entryWords } from "../texts/entry.ts";
import { useSpeech } from "../texts/language.tsx";
import { workFor } from "./session.ts";
import { Entrance } from "./sign-in.tsx";
import { useSignOut } from "./sign-out.ts";

/** An operator of the platform belongs to no company, and names the one to work for. */
export function CompanyChoice() {
  const { texts } = useSpeech();
  const words = useWords(entryWords);
  const queries = useQueryClient();
  const signOut = useSignOut("password");
  const [id, setId] = useState("");
  const choosing = useMutation({
    mutationFn: async (company: string) => {
      const headers = { "frontdesk-company": company };
      queries.setQueryData(["places"], await dataOf(api.GET("/api/v1/hierarchy", { headers })));
      workFor(company);
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    choosing.mutate(id.trim());
  }
  const isUnknown = choosing.error instanceof Problem && [400, 404].includes(choosing.error.status);
  return (
    <Entrance title={words.chooseTitle}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{words.chooseHelp}</Text>
          <TextInput
            label={words.companyId}
            description={words.companyIdHelp}
            inputMode="numeric"
            value={id}
            onChange={(event) => setId(event.currentTarget.value)}
            maxLength={15}
            required
            autoFocus
          />
          {isUnknown && (
            <Alert color="red" className="notice danger" variant="outline" role="alert" title={words.noCompany} />
          )}
          {choosing.error !== null && !isUnknown && <Failure error={choosing.error} />}
          <Button type="submit" loading={choosing.isPending} fullWidth>
            {words.choose}
          </Button>
          <div className="other-ways">
            <Anchor component="button" type="button" size="sm" onClick={signOut}>
              {texts.app.signOut}
            </Anchor>
          </div>
        </Stack>
      </form>
    </Entrance>
  );
}
