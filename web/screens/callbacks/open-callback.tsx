import { Select, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf, type Schemas } from "../../api/client.ts";
import type { Places } from "../../api/places.ts";
import { callbackPriorities } from "../../app/choices.ts";
import { useMay } from "../../app/who.ts";
import { CustomerSelect } from "../../components/customer-select.tsx";
import { Editor } from "../../components/editor.tsx";
import { useOnce } from "../../components/once.ts";
import { useFieldErrors } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { useSpeech } from "../../texts/language.tsx";
import { openCallbackWords } from "../../texts/open-callback.ts";

interface Props {
  readonly places: Places;
  onClose(): void;
  onOpened(id: number): void;
}

interface Draft {
  readonly customerId: number | undefined;
  readonly customerName: string;
  readonly phoneNumber: string;
  readonly branchId: string | null;
  readonly serviceId: string | null;
  readonly priority: (typeof callbackPriorities)[number];
  readonly notes: string;
}

const emptyDraft = {
  customerId: undefined,
  customerName: "",
  phoneNumber: "",
  serviceId: null,
  priority: "normal",
  notes: "",
} as const;

/** Promises to call somebody back: a customer, or whoever has just called. */
export function OpenCallback({ places, onClose, onOpened }: Props) {
  const { texts } = useSpeech();
  const words = useWords(openCallbackWords);
  const may = useMay();
  const branches = places.branches.filter(({ id }) => may("callbacks:write", { branchId: id }));
  const only = branches.length === 1 ? (branches[0]?.id ?? null) : null;
  const [draft, setDraft] = useState<Draft>({ ...emptyDraft, branchId: only });
  const send = useOpening(onOpened);
  const errors = useFieldErrors(send.error);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });

  return (
    <Editor
      title={words.title}
      action={words.submit}
      isSaving={send.isPending}
      failure={send.error}
      onSave={() => send.mutate(draft)}
      onClose={onClose}
    >
      <Whom draft={draft} errors={errors} onChange={set} />
      <Where branches={branches} services={places.services} draft={draft} errors={errors} onChange={set} />
      <Select
        label={texts.callbacks.priority}
        data={callbackPriorities.map((value) => ({ value, label: texts.callbacks.priorities[value] }))}
        value={draft.priority}
        allowDeselect={false}
        onChange={(value) => set({ priority: callbackPriorities.find((known) => known === value) ?? "normal" })}
      />
      <Textarea
        label={words.note}
        value={draft.notes}
        maxLength={2000}
        autosize
        minRows={2}
        error={errors.notes}
        onChange={({ currentTarget: { value } }) => set({ notes: value })}
      />
    </Editor>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly errors: Readonly<Record<string, string>>;
  onChange(change: Partial<Draft>): void;
}

function Whom({ draft: { customerId, customerName, phoneNumber }, errors, onChange }: PartProps) {
  const words = useWords(openCallbackWords);
  const isKnown = customerId !== undefined;
  return (
    <>
      <CustomerSelect
        label={words.customer}
        placeholder={words.findCustomer}
        clearLabel={words.noCustomer}
        value={customerId}
        error={errors.customerId}
        onPick={(picked) => onChange({ customerId: picked })}
      />
      {!isKnown && (
        <TextInput
          label={words.name}
          value={customerName}
          required
          maxLength={255}
          error={errors.customerName}
          onChange={({ currentTarget: { value } }) => onChange({ customerName: value })}
        />
      )}
      <TextInput
        type="tel"
        label={words.phone}
        {...(isKnown && { description: words.phoneOfCustomer })}
        value={phoneNumber}
        required={!isKnown}
        maxLength={50}
        error={errors.phoneNumber}
        onChange={({ currentTarget: { value } }) => onChange({ phoneNumber: value })}
      />
    </>
  );
}

function Where({ branches, services, draft, errors, onChange }: PartProps & Pick<Places, "branches" | "services">) {
  const words = useWords(openCallbackWords);
  const { branchId, serviceId } = draft;
  const offered = services.filter((each) => each.branchId === null || each.branchId === branchId);
  return (
    <div className="pair">
      <Select
        label={words.branch}
        placeholder={words.choose}
        data={branches.map(({ id, name }) => ({ value: id, label: name }))}
        value={branchId}
        required
        error={errors.branchId}
        onChange={(value) => onChange({ branchId: value, serviceId: null })}
      />
      <Select
        label={words.service}
        placeholder={words.noService}
        data={offered.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={serviceId}
        clearable
        clearButtonProps={{ "aria-label": words.noService }}
        error={errors.serviceId}
        onChange={(value) => onChange({ serviceId: value })}
      />
    </div>
  );
}

function bodyOf(draft: Draft): Schemas["NewCallbackInput"] {
  const { customerId, customerName, phoneNumber, branchId, serviceId, priority, notes } = draft;
  return {
    ...(customerId === undefined ? { customerName: customerName.trim() } : { customerId }),
    ...(phoneNumber.trim() && { phoneNumber: phoneNumber.trim() }),
    ...(branchId !== null && { branchId }),
    ...(serviceId !== null && { serviceId: Number(serviceId) }),
    priority,
    notes: notes.trim() || null,
  };
}

function useOpening(onOpened: (id: number) => void) {
  const words = useWords(openCallbackWords);
  const queries = useQueryClient();
  const once = useOnce();
  return useMutation({
    mutationFn: (draft: Draft) => {
      const body = bodyOf(draft);
      return dataOf(api.POST("/api/v1/callbacks", { params: { header: once(body) }, body }));
    },
    onSuccess: async ({ id, customerName, isNew }) => {
      notifications.show({ message: (isNew ? words.opened : words.same)(customerName), color: "teal" });
      await queries.invalidateQueries({ queryKey: ["callbacks"] });
      onOpened(id);
    },
  });
}
