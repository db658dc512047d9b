import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Versioned } from "../../api/client.ts";
import type { Places } from "../../api/places.ts";
import type { DirectoryKind } from "../../app/choices.ts";
import { useMay } from "../../app/who.ts";
import { ConflictDialog } from "../../components/conflict.tsx";
import { Editor } from "../../components/editor.tsx";
import { useOnce } from "../../components/once.ts";
import { Asked } from "../../components/states.tsx";
import { useFieldErrors, useSave } from "../../components/use-save.ts";
import { useWords } from "../../texts/both.ts";
import { directoryWords } from "../../texts/directory.ts";
import { FieldInput } from "./field-input.tsx";
import { type Entry, kinds } from "./kinds.ts";
import { Privacy } from "./privacy.tsx";
import { Remove } from "./remove.tsx";
import { useFieldWords } from "./words.ts";

type Draft = Readonly<Record<string, unknown>>;

interface Props {
  readonly name: DirectoryKind;
  /** `new` for one that is not there yet. */
  readonly id: string;
  readonly places: Places;
  onClose(): void;
}

export function EntryEditor({ name, id, places, onClose }: Props) {
  const there = useQuery({
    queryKey: ["directory", name, "entry", id],
    enabled: id !== "new",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    queryFn: () => kinds[name].read(id),
  });
  if (id === "new") return <Form name={name} id={null} start={blank(name, places)} places={places} onClose={onClose} />;
  return (
    <Asked query={there}>
      {(start) => <Form name={name} id={id} start={start} places={places} onClose={onClose} />}
    </Asked>
  );
}

/** Fields that are left as they are here are not sent: the API knows better defaults. */
function blank(name: DirectoryKind, places: Places): Versioned<Draft> {
  const branch = name === "staff" ? places.branches[0]?.id : null;
  const fields = kinds[name].fields.map((field) => field.name);
  const data = Object.fromEntries(fields.map((field) => [field, field === "name" ? "" : null]));
  return {
    data: {
      ...data,
      ...(fields.includes("branchId") && { branchId: branch ?? null }),
      ...(fields.includes("isActive") && { isActive: true }),
      ...(fields.includes("durationMinutes") && { durationMinutes: 60 }),
    },
    etag: "",
  };
}

interface FormProps extends Omit<Props, "id"> {
  readonly id: string | null;
  readonly start: Versioned<Draft>;
}

function Form({ name, id, start: given, places, onClose }: FormProps) {
  const words = useWords(directoryWords);
  const kind = kinds[name];
  const say = useFieldWords(places);
  const may = useMay();
  const mayHandOut = may("customers:export") || may("customers:erase");
  const [start] = useState(given);
  const [draft, setDraft] = useState(start.data);
  const once = useOnce();
  const saving = useSave<Draft>({
    write(content, etag) {
      const body = id === null ? filled(content) : changed(content, start.data);
      return id === null ? kind.create(body, once(body)) : kind.change(id, body, etag ?? "*");
    },
    reread: () => kind.read(id ?? ""),
    touched: ["directory", "places", "customers", "appointments"],
    onSaved: onClose,
  });
  const errors = useFieldErrors(saving.failure);
  return (
    <Editor
      title={id === null ? words.add[name] : String(start.data.name)}
      isSaving={saving.isSaving}
      failure={saving.failure}
      onSave={() => saving.save(draft, start.etag)}
      onClose={onClose}
    >
      {kind.fields.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          value={draft[field.name]}
          error={errors[field.name]}
          places={places}
          onChange={(value) => setDraft({ ...draft, [field.name]: value })}
        />
      ))}
      {id !== null && (
        <>
          {name === "customers" && mayHandOut && (
            <Privacy id={Number(id)} name={String(start.data.name)} onErased={onClose} />
          )}
          <Remove kind={kind} entry={start as Versioned<Entry>} onRemoved={onClose} />
        </>
      )}
      <ConflictDialog
        conflict={saving.conflict}
        isSaving={saving.isSaving}
        describe={(version) =>
          kind.fields.map((field) => [words.fields[field.name], say(field.name, version[field.name])])
        }
        onYield={onClose}
      />
    </Editor>
  );
}

const filled = (draft: Draft): Draft => Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== null));

/** What somebody else set meanwhile in another field is not set back. */
const changed = (draft: Draft, before: Draft): Draft =>
  Object.fromEntries(Object.entries(draft).filter(([field, value]) => value !== before[field]));
