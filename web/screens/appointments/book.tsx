import { NumberInput, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, dataOf } from "../../api/client.ts";
import type { Places } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { CustomerSelect } from "../../components/customer-select.tsx";
import { Editor } from "../../components/editor.tsx";
import { useOnce } from "../../components/once.ts";
import { useFieldErrors } from "../../components/use-save.ts";
import { dayAt, instantAt } from "../../components/zone.ts";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";

interface Props {
  readonly places: Places;
  onClose(): void;
  onBooked(id: number): void;
}

interface Booking {
  readonly customerId?: number | undefined;
  readonly branchId: string | null;
  readonly serviceId: string | null;
  readonly staffId: string | null;
  readonly start: string;
  readonly minutes: number | null;
}

export function Book({ places, onClose, onBooked }: Props) {
  const words = useWords(appointmentWords);
  const may = useMay();
  const branches = places.branches.filter(({ id }) => may("appointments:write", { branchId: id }));
  const only = branches.length === 1 ? (branches[0]?.id ?? null) : null;
  const [draft, setDraft] = useState<Booking>({
    branchId: only,
    serviceId: null,
    staffId: null,
    start: `${dayAt(places.company.timezone, 1)}T10:00`,
    minutes: null,
  });
  const zone = places.branches.find(({ id }) => id === draft.branchId)?.timezone ?? places.company.timezone;
  const send = useBooking(draft, zone, onBooked);
  const errors = useFieldErrors(send.error);
  const set = (change: Partial<Booking>) => setDraft({ ...draft, ...change });
  const { branchId } = draft;
  const services = places.services.filter((each) => each.branchId === null || each.branchId === branchId);

  return (
    <Editor
      title={words.bookTitle}
      action={words.book}
      isSaving={send.isPending}
      failure={send.error}
      onSave={() => send.mutate()}
      onClose={onClose}
    >
      <CustomerSelect
        label={words.customer}
        placeholder={words.findCustomer}
        clearLabel={words.anyCustomer}
        value={draft.customerId}
        isRequired
        error={errors.customerId}
        onPick={(customerId) => set({ customerId })}
      />
      <Select
        label={words.branch}
        placeholder={words.choose}
        data={branches.map(({ id, name }) => ({ value: id, label: name }))}
        value={branchId}
        required
        error={errors.branchId}
        onChange={(value) => set({ branchId: value, serviceId: null, staffId: null })}
      />
      <Select
        label={words.service}
        placeholder={branchId === null ? words.chooseBranch : words.choose}
        data={services.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={draft.serviceId}
        required
        error={errors.serviceId}
        onChange={(serviceId) => set({ serviceId })}
      />
      <Select
        label={words.staff}
        placeholder={words.nobody}
        data={places.staff
          .filter((member) => member.branchId === branchId)
          .map(({ id, name }) => ({ value: id, label: name }))}
        value={draft.staffId}
        error={errors.staffId}
        clearable
        clearButtonProps={{ "aria-label": words.nobody }}
        onChange={(staffId) => set({ staffId })}
      />
      <div className="pair start-and-length">
        <TextInput
          type="datetime-local"
          label={words.start}
          description={words.newStartHelp(zone)}
          value={draft.start}
          required
          error={errors.startsAt}
          onChange={({ currentTarget: { value } }) => set({ start: value })}
        />
        <NumberInput
          label={words.minutes}
          description={words.minutesHelp}
          min={1}
          max={10_080}
          value={draft.minutes ?? ""}
          error={errors.durationMinutes}
          onChange={(value) => set({ minutes: typeof value === "number" ? value : null })}
        />
      </div>
    </Editor>
  );
}

function useBooking(draft: Booking, zone: string, onBooked: (id: number) => void) {
  const queries = useQueryClient();
  const once = useOnce();
  return useMutation({
    mutationFn: () => {
      const { customerId, branchId, serviceId, staffId, minutes } = draft;
      const body = {
        customerId: customerId ?? 0,
        branchId: branchId ?? "",
        serviceId: Number(serviceId),
        staffId,
        startsAt: instantAt(draft.start, zone) ?? "",
        durationMinutes: minutes,
      };
      return dataOf(api.POST("/api/v1/appointments", { params: { header: once(body) }, body }));
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["appointments"] });
      onBooked(id);
    },
  });
}
