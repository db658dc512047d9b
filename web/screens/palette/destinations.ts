import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, dataOf } from "../../api/client.ts";
import { usePlaces } from "../../api/places.ts";
import { screensFor, settingsPartsFor } from "../../app/screens.ts";
import { useWay } from "../../app/session.ts";
import { useMay } from "../../app/who.ts";
import { useWords } from "../../texts/both.ts";
import { entryWords } from "../../texts/entry.ts";
import { useSpeech } from "../../texts/language.tsx";
import { openCallbackWords } from "../../texts/open-callback.ts";
import { paletteWords } from "../../texts/palette.ts";
import { settingsParts } from "../../texts/settings.ts";

export interface Destination {
  readonly key: string;
  readonly label: string;
  go(): void;
}

const most = 12;

/** Where one can go whose name holds every word that was typed. */
export function useDestinations(typed: string): Destination[] {
  const fixed = useFixed();
  const people = usePeople(typed);
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ label }: Destination) => words.every((word) => label.toLowerCase().includes(word));
  const numbered = useNumbered(typed);
  return [...numbered, ...[...fixed, ...people].filter(fits)].slice(0, most);
}

function useNumbered(typed: string): Destination[] {
  const words = useWords(paletteWords);
  const navigate = useNavigate();
  const id = /^#?(\d{1,15})$/.exec(typed.trim())?.[1];
  if (id === undefined) return [];
  const open = Number(id);
  return [
    {
      key: `appointment ${open}`,
      label: words.appointment(open),
      go: () => void navigate({ to: "/appointments", search: { open } }),
    },
  ];
}

function useFixed(): Destination[] {
  const { texts } = useSpeech();
  const words = useWords(paletteWords);
  const openCallback = useWords(openCallbackWords);
  const names = useWords(settingsParts);
  const { account } = useWords(entryWords);
  const may = useMay();
  const way = useWay();
  const navigate = useNavigate();
  return [
    ...screensFor(may).map(({ name, to }) => ({
      key: to,
      label: texts.screens[name],
      go: () => void navigate({ to, search: {} }),
    })),
    ...(way === "key"
      ? []
      : [{ key: "account", label: account, go: () => void navigate({ to: "/account", search: {} }) }]),
    ...(may("appointments:write")
      ? [
          {
            key: "book",
            label: words.book,
            go: () => void navigate({ to: "/appointments", search: { book: "new" } }),
          },
        ]
      : []),
    ...(may("callbacks:write")
      ? [
          {
            key: "open callback",
            label: openCallback.open,
            go: () => void navigate({ to: "/callbacks", search: { add: "new" } }),
          },
        ]
      : []),
    ...(may("customers:write")
      ? [
          {
            key: "add customer",
            label: words.addCustomer,
            go: () => void navigate({ to: "/settings/directory", search: { kind: "customers", open: "new" } }),
          },
        ]
      : []),
    ...settingsPartsFor(may)
      .filter(({ name }) => name !== "general")
      .map(({ name, to }) => ({
        key: to,
        label: words.settings(names[name]),
        go: () => void navigate({ to, search: {} }),
      })),
  ];
}

/** Branches and staff are known; customers are asked for by name. */
function usePeople(typed: string): Destination[] {
  const words = useWords(paletteWords);
  const navigate = useNavigate();
  const places = usePlaces().data;
  const [name] = useDebouncedValue(typed.trim(), 200);
  const found = useQuery({
    queryKey: ["customers", "found", name],
    enabled: name.length > 1,
    queryFn: () => dataOf(api.GET("/api/v1/customers", { params: { query: { limit: 25, name } } })),
    placeholderData: keepPreviousData,
  });
  if (typed.trim().length < 2) return [];
  return [
    ...(found.data?.items ?? []).map(({ id, name, phone }) => ({
      key: `customer ${id}`,
      label: phone === null ? words.customer(name) : `${words.customer(name)} · ${phone}`,
      go: () => void navigate({ to: "/appointments", search: { customer: id } }),
    })),
    ...(places?.staff ?? []).map(({ id, name, branchId }) => ({
      key: `staff ${id}`,
      label: words.staff(name),
      go: () => void navigate({ to: "/policies", search: { branch: branchId, staff: id } }),
    })),
    ...(places?.branches ?? []).map(({ id, name }) => ({
      key: `branch ${id}`,
      label: words.branch(name),
      go: () => void navigate({ to: "/policies", search: { branch: id } }),
    })),
  ];
}
