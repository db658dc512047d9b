import { TextInput } from "@mantine/core";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import { useAct } from "../../components/act.tsx";
import { Confirm } from "../../components/confirm.tsx";
import { useOnce } from "../../components/once.ts";
import { useWords } from "../../texts/both.ts";
import { deliveryWords } from "../../texts/deliveries.ts";

interface Props {
  readonly delivery: Schemas["Delivery"];
  onClose(): void;
}

/** Sends one again, after asking; to another address if somebody knows a better one. */
export function Replay({ delivery: { id, recipientName, channel }, onClose }: Props) {
  const words = useWords(deliveryWords);
  const [address, setAddress] = useState("");
  const once = useOnce();
  const replay = useAct(async () => {
    const body = { address: address.trim() || null };
    const params = { path: { deliveryId: id }, header: once(body) };
    await dataOf(api.POST("/api/v1/deliveries/{deliveryId}/replay", { params, body }));
    return words.replayed;
  }, ["deliveries"]);
  return (
    <Confirm
      title={words.replayTitle}
      action={words.replayNow}
      isBusy={replay.isPending}
      onConfirm={() => replay.mutate(undefined, { onSettled: onClose })}
      onClose={onClose}
    >
      {words.replayText(recipientName)}
      {channel !== "push" && (
        <TextInput
          mt="md"
          label={words.otherAddress}
          description={words.otherAddressHelp}
          value={address}
          onChange={({ currentTarget }) => setAddress(currentTarget.value)}
          autoComplete="off"
          maxLength={320}
        />
      )}
    </Confirm>
  );
}
