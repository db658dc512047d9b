import { Select, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import type { Places } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { CustomerSelect } from "../../components/customer-select.tsx";
import { Editor } from "../../components/editor.tsx";
import { useOnce } from "../../components/once.ts";
import { fieldErrors } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { openCallbackWords } from "../../texts/open-callback.ts";

const priorities = ["normal", "high", "urgent"] as const;

interface Draft {
  readonly customerId: number | undefined;
  readonly customerName: string;
  readonly phoneNumber: string;
  readonly branchId: string | null;
  readonly serviceId: string | null;
  readonly priority: (typeof priorities)[number];
  readonly notes: string;
}

interface Props {
  readonly places: Places;
  onClose(): void;
  onOpened(id: number): void;
}

/** Somebody called, and is to be called back. */
export function OpenCallback({ places, onClose, onOpened }: Props) {
  const { texts } = useSpeech();
  const words = useWords(openCallbackWords);
  const may = useMay();
  const branches = places.branches.filter(({ id }) => may("callbacks:write", { branchId: id }));
  const [draft, setDraft] = useState<Draft>({
    customerId: undefined,
    customerName: "",
    phoneNumber: "",
    branchId: branches.length === 1 ? (branches[0]?.id ?? null) : null,
    serviceId: null,
    priority: "normal",
    notes: "",
  });
  const opening = useOpening(draft, onOpened);
  const errors = fieldErrors(opening.error);
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  async function pick(customerId: number | undefined) {
    set({ customerId });
    if (customerId === undefined) return;
    const path = { customerId };
    const { name, phone } = await dataOf(api.GET("/api/v1/customers/{customerId}", { params: { path } }));
    setDraft((now) => ({ ...now, customerId, customerName: name, phoneNumber: phone ?? now.phoneNumber }));
  }
  return (
    <Editor
      title={words.title}
      action={words.open}
      isSaving={opening.isPending}
      failure={opening.error}
      onSave={() => opening.mutate()}
      onClose={onClose}
    >
      <CustomerSelect
        label={words.customer}
        placeholder={words.customerHelp}
        clearLabel={words.anyCustomer}
        value={draft.customerId}
        error={errors.customerId}
        onPick={(id) => void pick(id)}
      />
      <div className="pair">
        <TextInput
          label={words.name}
          value={draft.customerName}
          error={errors.customerName}
          maxLength={255}
          required
          onChange={({ currentTarget: { value } }) => set({ customerName: value })}
        />
        <TextInput
          type="tel"
          label={words.phone}
          value={draft.phoneNumber}
          error={errors.phoneNumber}
          maxLength={50}
          required
          onChange={({ currentTarget: { value } }) => set({ phoneNumber: value })}
        />
      </div>
      <Select
        label={words.branch}
        data={branches.map(({ id, name }) => ({ value: id, label: name }))}
        value={draft.branchId}
        error={errors.branchId}
        required
        onChange={(branchId) => set({ branchId, serviceId: null })}
      />
      <div className="pair">
        <Select
          label={words.service}
          placeholder={words.anyService}
          data={places.services
            .filter(({ branchId }) => branchId === null || branchId === draft.branchId)
            .map(({ id, name }) => ({ value: String(id), label: name }))}
          value={draft.serviceId}
          error={errors.serviceId}
          clearable
          clearButtonProps={{ "aria-label": words.anyService }}
          onChange={(serviceId) => set({ serviceId })}
        />
        <Select
          label={words.priority}
          data={priorities.map((value) => ({ value, label: texts.callbacks.priorities[value] }))}
          value={draft.priority}
          allowDeselect={false}
          onChange={(value) => set({ priority: priorities.find((known) => known === value) ?? "normal" })}
        />
      </div>
      <Textarea
        label={words.note}
        value={draft.notes}
        error={errors.notes}
        maxLength={2000}
        autosize
        onChange={({ currentTarget: { value } }) => set({ notes: value })}
      />
    </Editor>
  );
}

function useOpening(draft: Draft, onOpened: (id: number) => void) {
  const words = useWords(openCallbackWords);
  const queries = useQueryClient();
  const once = useOnce();
  return useMutation({
    mutationFn: () => {
      const { customerId, branchId, serviceId, notes, ...rest } = draft;
      const body = {
        ...rest,
        ...(customerId !== undefined && { customerId }),
        ...(serviceId !== null && { serviceId: Number(serviceId) }),
        notes: notes.trim() || null,
        ...(branchId !== null && { branchId }),
      };
      return dataOf(api.POST("/api/v1/callbacks", { params: { header: once(body) }, body }));
    },
    onSuccess: async ({ id, isNew }) => {
      notifications.show({ message: isNew ? words.opened : words.known, color: "teal" });
      await queries.invalidateQueries({ queryKey: ["callbacks"] });
      onOpened(id);
    },
  });
}
