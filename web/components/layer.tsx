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

/** So long after it was opened, in ms, a click beside it is the second half of the double click that opened it. */
const doubleClickMs = 500;

function useIsSettled(): boolean {
  const [isSettled, setIsSettled] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsSettled(true), doubleClickMs);
    return () => clearTimeout(timer);
  }, []);
  return isSettled;
}

/** A dialog above everything that was there before. It is open as long as it is rendered. */
export function Dialog({ closeOnClickOutside = true, ...props }: Omit<ModalProps, "opened">) {
  const { texts } = useSpeech();
  const isOnTop = useIsOnTop();
  const isSettled = useIsSettled();
  return (
    <Modal
      closeButtonProps={{ "aria-label": texts.app.close }}
      closeOnClickOutside={closeOnClickOutside && isSettled}
      {...props}
      opened
      {...(!isOnTop && below)}
    />
  );
}

/** Details at the right of what they belong to. */
export function Details({ closeOnClickOutside = true, ...props }: Omit<DrawerProps, "opened">) {
  const { texts } = useSpeech();
  const isOnTop = useIsOnTop();
  const isSettled = useIsSettled();
  return (
    <Drawer
      position="right"
      closeButtonProps={{ "aria-label": texts.app.close }}
      closeOnClickOutside={closeOnClickOutside && isSettled}
      {...props}
      opened
      {...(!isOnTop && below)}
    />
  );
}
