import { Radio, Stack, Title } from "@mantine/core";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { useSettings } from "../../api/settings.ts";
import { useMay } from "../../app/who.ts";
import { useAct } from "../../components/act.tsx";
import { Asked } from "../../components/states.tsx";
import { useSpeech } from "../../texts/language.tsx";
import { Ownership } from "./ownership.tsx";

export function General() {
  const basis = useSettings();
  return (
    <Stack gap="lg">
      <Asked query={basis}>
        {(settings) => (
          <>
            <Basis settings={settings} />
            <Ownership settings={settings} />
          </>
        )}
      </Asked>
    </Stack>
  );
}

function Basis({ settings }: { settings: Schemas["Settings"] }) {
  const { texts } = useSpeech();
  const mayWrite = useMay()("settings:write");
  const save = useAct(
    async (policyBasis: "booking" | "now") => {
      const header = { "If-Match": `"${settings.version}"` };
      await dataOf(api.PATCH("/api/v1/settings", { params: { header }, body: { policyBasis } }));
      return texts.settings.saved;
    },
    ["settings"],
  );
  return (
    <section className="panel card">
      <Radio.Group
        label={
          <Title order={2} component="span">
            {texts.settings.basis}
          </Title>
        }
        description={texts.settings.basisHelp}
        value={settings.policyBasis}
        onChange={(value) => save.mutate(value === "booking" ? "booking" : "now")}
      >
        <Stack gap="xs" mt="xs">
          {(["booking", "now"] as const).map((value) => (
            <Radio key={value} value={value} label={texts.settings.bases[value]} disabled={!mayWrite} />
          ))}
        </Stack>
      </Radio.Group>
    </section>
  );
}
