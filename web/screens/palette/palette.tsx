import { Text, TextInput } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { Dialog } from "../../components/layer.tsx";
import { useWords } from "../../texts/both.ts";
import { paletteWords } from "../../texts/palette.ts";
import { useDestinations } from "./destinations.ts";

/** Typing a few letters and Enter goes anywhere. */
export function Palette({ onClose }: { onClose(): void }) {
  const words = useWords(paletteWords);
  const [typed, setTyped] = useState("");
  const [picked, setPicked] = useState(0);
  const destinations = useDestinations(typed);
  const current = Math.min(picked, Math.max(0, destinations.length - 1));
  const go = (at: number) => {
    onClose();
    destinations[at]?.go();
  };
  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setPicked((current + step + destinations.length) % Math.max(1, destinations.length));
    }
    if (event.key === "Enter" && destinations[current]) {
      event.preventDefault();
      go(current);
    }
  }
  return (
    <Dialog onClose={onClose} title={words.title} zIndex={500}>
      <TextInput
        label={words.find}
        value={typed}
        autoComplete="off"
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="destinations"
        aria-activedescendant={destinations.length === 0 ? undefined : `destination-${current}`}
        onChange={({ currentTarget: { value } }) => {
          setTyped(value);
          setPicked(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="destinations" role="listbox" aria-label={words.title} className="destinations">
        {destinations.map(({ key, label }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's, which keeps the focus
          <div
            key={key}
            id={`destination-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            onClick={() => go(index)}
          >
            {label}
          </div>
        ))}
      </div>
      {destinations.length === 0 && (
        <Text size="sm" role="status">
          {words.nothing}
        </Text>
      )}
      <Text size="xs" className="quiet" mt="xs">
        {words.keys}
      </Text>
    </Dialog>
  );
}
