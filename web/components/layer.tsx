import { Drawer, type DrawerProps, Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useSpeech } from "../texts/language.tsx";

const layers: symbol[] = [];
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Only the layer that was opened last is heard: it has the focus, and Escape closes it alone. */
function useIsOnTop(): boolean {
  const [self] = useState(() => Symbol("layer"));
  useEffect(() => {
    layers.push(self);
    tell();
    return () => {
      layers.splice(layers.indexOf(self), 1);
      tell();
    };
  }, [self]);
  return useSyncExternalStore(subscribe, () => layers.length === 0 || layers.at(-1) === self);
}

/** What a layer is that lies below another one. */
const below = { inert: true, trapFocus: false, closeOnEscape: false, closeOnClickOutside: false } as const;

/** A dialog above everything that was there before. It is open as long as it is rendered. */
export function Dialog(props: Omit<ModalProps, "opened">) {
  const { texts } = useSpeech();
  const isOnTop = useIsOnTop();
  return <Modal closeButtonProps={{ "aria-label": texts.app.close }} {...props} opened {...(!isOnTop && below)} />;
}

/** Details at the right of what they belong to. */
export function Details(props: Omit<DrawerProps, "opened">) {
  const { texts } = useSpeech();
  const isOnTop = useIsOnTop();
  return (
    <Drawer
      position="right"
      closeButtonProps={{ "aria-label": texts.app.close }}
      {...props}
      opened
      {...(!isOnTop && below)}
    />
  );
}
