import { Checkbox, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import type { Schemas } from "../../api/client.ts";
import type { Places } from "../../api/places.ts";
import { useMay } from "../../app/who.ts";
import { appointmentWords } from "../../texts/appointments.ts";
import { useWords } from "../../texts/both.ts";
import type { Appointment } from "./data.ts";
import type { Wish } from "./wish.ts";

interface Props {
  readonly action: "cancel" | "reschedule";
  readonly appointment: Appointment;
  readonly places: Places;
  readonly zone: string;
  readonly wish: Wish;
  readonly quote: Schemas["Decision"] | undefined;
  onChange(change: Partial<Wish>): void;
}

export function ChangeForm({ action, appointment, places, zone, wish, quote, onChange }: Props) {
  const words = useWords(appointmentWords);
  const may = useMay();
  return (
    <>
      {action === "reschedule" && (
        <div className="pair">
          <TextInput
            type="datetime-local"
            label={words.newStart}
            description={words.newStartHelp(zone)}
            value={wish.start}
            required
            data-autofocus
            onChange={({ currentTarget: { value } }) => onChange({ start: value })}
          />
          <Select
            label={words.withStaff}
            description={" "}
            placeholder={words.sameStaff}
            data={places.staff
              .filter(({ branchId }) => branchId === appointment.branchId)
              .map(({ id, name }) => ({ value: id, label: name }))}
            value={wish.staffId}
            onChange={(staffId) => onChange({ staffId })}
            clearable
            clearButtonProps={{ "aria-label": words.sameStaff }}
          />
        </div>
      )}
      <div>
        <Text size="sm" fw={500} mb={4} id="on-behalf">
          {words.onBehalf}
        </Text>
        <SegmentedControl
          aria-labelledby="on-behalf"
          value={wish.initiatedBy}
          onChange={(value) => onChange({ initiatedBy: value === "business" ? "business" : "customer" })}
          data={(["customer", "business"] as const).map((value) => ({ value, label: words.initiators[value] }))}
        />
        <Text size="xs" className="quiet" mt={4}>
          {words.onBehalfHelp}
        </Text>
      </div>
      <TextInput
        label={words.reason}
        value={wish.reason}
        maxLength={2000}
        {...(action === "cancel" && { "data-autofocus": true })}
        onChange={({ currentTarget: { value } }) => onChange({ reason: value })}
      />
      {(quote?.code === "callerUnverified" || wish.callerPhone !== "") && (
        <TextInput
          type="tel"
          label={words.callerPhone}
          value={wish.callerPhone}
          maxLength={50}
          onChange={({ currentTarget: { value } }) => onChange({ callerPhone: value })}
        />
      )}
      {(quote?.forceable || wish.isForced) && may("appointments:force", appointment) && (
        <Force wish={wish} onChange={onChange} />
      )}
    </>
  );
}

function Force({ wish, onChange }: Pick<Props, "wish" | "onChange">) {
  const words = useWords(appointmentWords);
  return (
    <Stack gap="xs" className="panel reach">
      <Checkbox
        label={words.force}
        description={words.forceHelp}
        checked={wish.isForced}
        onChange={({ currentTarget: { checked } }) => onChange({ isForced: checked })}
      />
      {wish.isForced && (
        <>
          <TextInput
            label={words.forceReason}
            value={wish.forceReason}
            maxLength={2000}
            required
            onChange={({ currentTarget: { value } }) => onChange({ forceReason: value })}
          />
          <Checkbox
            label={words.waive}
            checked={wish.isWaived}
            onChange={({ currentTarget: { checked } }) => onChange({ isWaived: checked })}
          />
          {wish.isWaived && (
            <TextInput
              label={words.waiveReason}
              value={wish.waiverReason}
              maxLength={2000}
              required
              onChange={({ currentTarget: { value } }) => onChange({ waiverReason: value })}
            />
          )}
        </>
      )}
    </Stack>
  );
}
